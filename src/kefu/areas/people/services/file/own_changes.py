"""Changes that employees ask for in their own files: asked, answered by an approval, applied with its last decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kefu.areas.people import permissions
from kefu.areas.people.choices import ChangeState, DocumentPurpose
from kefu.areas.people.engine.file_fields import EVIDENCED, FIELDS, LISTS, FileField, label_of
from kefu.areas.people.models import Employee, EmployeeDocument, OwnChange, OwnChangeItem, PersonalFile
from kefu.areas.people.services.file.applying import apply, drop_documents, drop_file, locked_file
from kefu.areas.people.services.file.documents import store_document, store_photo
from kefu.areas.people.services.file.editing import with_scan
from kefu.areas.people.services.file.planning import Edit, PhotoEdit, Planned, plan
from kefu.areas.people.services.file.rights import is_own
from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotFound, RuleBroken
from kefu.platform.access.services import authorise
from kefu.platform.access.services.tree import today
from kefu.platform.approvals import services as approvals
from kefu.platform.approvals.models import Request
from kefu.platform.approvals.registry import Row
from kefu.platform.files.models import StoredFile

KIND = "people.own_file"
TITLE = gettext_noop("档案变更申请")


def propose(
    *,
    actor: Actor,
    employee: Employee,
    edits: Sequence[Edit],
    note: str = "",
    scan: Any = None,
    evidence: Any = None,
    photo: Any = None,
) -> OwnChange:
    """Ask for changes in one's own file; they wait for the chain of ``people.own_file``.

    A change of name, papers or bank account comes with ``evidence`` (an upload). Raises ``Conflict`` when a change of
    the same thing waits already, ``InvalidInput`` for what cannot be right or would change nothing.
    """
    if not is_own(actor, employee):
        raise Denied(_("只能为自己的档案提交变更申请。"))
    authorise(actor, permissions.FILE_VIEW, owner_id=employee.user_id)
    assert actor.user_id is not None
    with transaction.atomic():
        locked, file = locked_file(employee)
        if photo is not None:
            edits = [*edits, PhotoEdit(store_photo(actor, photo).pk)]
        planned = plan(locked, file, with_scan(actor, locked, edits, scan, is_pending=True), today())
        _check_waiting(locked, planned)
        if evidence is None and any(each.target in EVIDENCED and each.before["value"] for each in planned):
            raise InvalidInput(_("修改姓名、证件或工资卡须上传证明材料。"), field="evidence")
        change = OwnChange.objects.create(
            employee=locked, note=note.strip()[:200], submitted_by_id=actor.user_id, submitted_at=clock.now()
        )
        try:
            with transaction.atomic():
                OwnChangeItem.objects.bulk_create(
                    OwnChangeItem(
                        change=change, employee=locked, target=each.target, before=each.before, after=each.after
                    )
                    for each in planned
                )
        except IntegrityError as error:
            raise Conflict(_("同一项内容已有一份变更申请在等待审核。"), code="change_waiting") from error
        if evidence is not None:
            change.evidence = store_document(
                actor, locked, evidence, purpose=DocumentPurpose.EVIDENCE, title=str(_(TITLE)), is_pending=True
            )
            change.save(update_fields=["evidence"])
        parts = sorted({each.target.partition(":")[0] for each in planned})
        request = approvals.submit(
            actor=actor,
            kind=KIND,
            origin=f"people.own_change:{change.pk}",
            title=_("档案变更：%(number)s") % {"number": locked.number},
            node_id=locked.unit_id,
            facts={"parts": parts, "is_evidenced": any(part in EVIDENCED for part in parts)},
            payload={"change": change.pk},
            url=f"/people/changes/{change.pk}/",
        )
        # The chain may have answered at once (a step nobody has to decide): then it is settled already.
        OwnChange.objects.filter(pk=change.pk).update(approval_id=request.pk)
        _record(actor, change, locked, "people.file:propose")
    change.refresh_from_db()
    return change


def withdraw(*, actor: Actor, change: OwnChange) -> OwnChange:
    """Take back what one asked for, as long as it waits."""
    if not is_own(actor, change.employee) or change.approval_id is None:
        raise Denied(_("只能撤回自己提交的申请。"))
    if change.state != ChangeState.PENDING:
        raise RuleBroken(_("这份申请已经处理，不能再撤回。"))
    approvals.withdraw(actor=actor, request_id=change.approval_id)
    change.refresh_from_db()
    return change


def summary(request: Request) -> Iterator[Row]:
    """What is asked for, old and new, for whoever decides; personal values as tokens, so that they stand masked."""
    change = OwnChange.objects.select_related("employee__unit").filter(pk=request.payload.get("change")).first()
    if change is None:
        return
    yield Row(_("员工"), f"{change.employee.name} · {change.employee.number} · {change.employee.unit.name}")
    if change.note:
        yield Row(_("说明"), change.note)
    for item in change.items.all():
        yield from rows_of(item)


def rows_of(item: OwnChangeItem) -> Iterator[Row]:
    """The lines of one thing."""
    code, _sign, key = item.target.partition(":")
    if code in FIELDS:
        yield _row(FIELDS[code], str(FIELDS[code].label), item.before.get("value", ""), item.after.get("value", ""))
    elif code == "photo":
        yield Row(_("照片"), _("新照片"), _("原照片") if item.before.get("file") else "—")
    else:
        declared = LISTS[code]
        verb = _("新增") if key == "new" else _("移除") if not item.after else _("修改")
        for field in declared.fields:
            before, after = item.before.get(field.code, ""), item.after.get(field.code, "")
            if before != after:
                yield _row(field, f"{declared.noun}（{verb}）· {field.label}", before, after)
        if declared.has_scan and item.after.get("document") != item.before.get("document"):
            yield Row(f"{declared.noun}（{verb}）· {_('扫描件')}", _("新扫描件") if item.after.get("document") else "—")


def approved(request: Request, actor: Actor) -> None:
    """Apply the change onto the file as it is now; a conflict undoes the decision."""
    change, employee, file = _waiting(request)
    planned = [Planned(item.target, item.before, item.after) for item in change.items.order_by("id")]
    apply(actor, employee, file, planned, reason=request.number)
    if change.evidence_id is not None:
        EmployeeDocument.objects.filter(pk=change.evidence_id).update(is_pending=False)
    _settle(change, ChangeState.APPLIED)


def declined(request: Request, actor: Actor) -> None:
    """The file stays as it is; what was uploaded for the change is destroyed."""
    change, employee, _file = _waiting(request)
    _drop(change)
    _settle(change, ChangeState.DECLINED)
    _record(actor, change, employee, "people.file:decline")


def withdrawn(request: Request, actor: Actor) -> None:
    """The same, by the employee's own wish."""
    change, employee, _file = _waiting(request)
    _drop(change)
    _settle(change, ChangeState.WITHDRAWN)
    _record(actor, change, employee, "people.file:withdraw")


def _row(field: FileField, label: str, before: str, after: str) -> Row:
    if field.vault:
        return Row(
            label,
            value="" if after else "—",
            before="" if before else "—",
            token=bytes.fromhex(after) if after else None,
            before_token=bytes.fromhex(before) if before else None,
            token_kind=field.vault,
        )
    return Row(label, field.shown(after) or "—", field.shown(before) or "—")


def _check_waiting(employee: Employee, planned: Sequence[Planned]) -> None:
    waiting = set(OwnChangeItem.objects.filter(employee=employee, is_pending=True).values_list("target", flat=True)) & {
        each.target for each in planned if not each.target.endswith(":new")
    }
    if waiting:
        names = "、".join(str(label_of(target)) for target in sorted(waiting))
        raise Conflict(
            _("“%(names)s”已有一份变更申请在等待审核，请等它办完或先撤回。") % {"names": names}, code="change_waiting"
        )


def _waiting(request: Request) -> tuple[OwnChange, Employee, PersonalFile]:
    change = OwnChange.objects.select_for_update().filter(pk=request.payload.get("change")).first()
    if change is None or change.state != ChangeState.PENDING:
        raise NotFound(_("这份变更申请已不存在或已经处理。"))
    employee, file = locked_file(change.employee)
    return change, employee, file


def _settle(change: OwnChange, state: ChangeState) -> None:
    change.state, change.settled_at = state, clock.now()
    change.save(update_fields=["state", "settled_at"])
    change.items.update(is_pending=False)


def _drop(change: OwnChange) -> None:
    reason = "change not applied"
    drop_documents([change.evidence_id], reason)
    for item in change.items.all():
        document = item.after.get("document")
        if document and document != item.before.get("document"):
            drop_documents([document], reason)
        if item.target == "photo" and item.after.get("file"):
            drop_file(StoredFile.objects.get(pk=item.after["file"]), reason)


def _record(actor: Actor, change: OwnChange, employee: Employee, action: str) -> None:
    auditing.record(
        actor=actor,
        action=action,
        target=f"people.employee:{employee.pk}",
        after={"change": change.pk, "targets": list(change.items.values_list("target", flat=True))},
        node_id=employee.unit_id,
    )
