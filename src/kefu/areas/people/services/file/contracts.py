"""Contracts: signed, corrected, ended. Each with an end has a clock (``terms``)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.areas.people import permissions
from kefu.areas.people.choices import ContractKind, DocumentPurpose
from kefu.areas.people.engine.contracts import EMPLOYING, Span, contract_fault
from kefu.areas.people.events import ContractSigned
from kefu.areas.people.models import Contract, Employee
from kefu.areas.people.services.file import terms
from kefu.areas.people.services.file.applying import drop_documents, locked_file
from kefu.areas.people.services.file.documents import store_document
from kefu.areas.people.services.file.rights import check_keeper
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound
from kefu.platform.access.services import authorise
from kefu.platform.outbox.services import publish


def save_contract(
    *,
    actor: Actor,
    employee: Employee,
    contract_id: int | None,
    kind: str,
    starts_on: date,
    ends_on: date | None = None,
    signed_on: date | None = None,
    number: str = "",
    scan: Any = None,
) -> Contract:
    """Enter what was signed (``contract_id`` ``None``), or correct an entry; ``scan`` is the signed paper.

    Of contracts of employment one runs at a time. A renewal that begins later ends the clock of the one before.
    """
    authorise(actor, permissions.FILE_MANAGE, node_id=employee.unit_id)
    if kind not in ContractKind.values:
        raise InvalidInput(_("请选择合同类型。"), field="kind")
    with transaction.atomic():
        locked, _file = locked_file(employee)
        check_keeper(actor, locked)
        row = Contract(employee=locked) if contract_id is None else _contract(locked, contract_id)
        before = snapshot(row) if contract_id is not None else None
        _check(locked, row, kind, starts_on, ends_on)
        row.kind, row.starts_on, row.ends_on = kind, starts_on, ends_on
        row.signed_on, row.number = signed_on, number.strip()[:40]
        old = row.document_id
        if scan is not None:
            title = ContractKind(kind).label
            row.document = store_document(actor, locked, scan, purpose=DocumentPurpose.CONTRACT, title=str(title))
        row.save()
        if scan is not None:
            drop_documents([old], "replaced")
        _record(actor, row, "people.contract:sign" if before is None else "people.contract:correct", before)
        if before is None:
            publish(ContractSigned(row.pk, locked.pk))
        terms.follow(locked)
    return row


def end_contract(*, actor: Actor, employee: Employee, contract_id: int, ended_on: date, reason: str) -> Contract:
    """A contract ended before its last day, or one without end did."""
    authorise(actor, permissions.FILE_MANAGE, node_id=employee.unit_id)
    if len(reason.strip()) < 4:
        raise InvalidInput(_("请写明终止理由（至少 4 个字）。"), field="reason")
    with transaction.atomic():
        locked, _file = locked_file(employee)
        check_keeper(actor, locked)
        row = _contract(locked, contract_id)
        if row.ended_on is not None:
            raise Conflict(_("这份合同已于 %(day)s 终止。") % {"day": row.ended_on.isoformat()})
        if ended_on < row.starts_on or (row.ends_on is not None and ended_on > row.ends_on):
            raise InvalidInput(_("终止日期须在合同期内。"), field="ended_on")
        before = snapshot(row)
        row.ended_on = ended_on
        row.save(update_fields=["ended_on"])
        _record(actor, row, "people.contract:end", before, reason.strip())
        terms.follow(locked)
    return row


def snapshot(row: Contract) -> dict[str, Any]:
    """What the audit keeps of a contract."""
    days = {name: getattr(row, name) for name in ("starts_on", "ends_on", "signed_on", "ended_on")}
    return {
        "contract": row.pk,
        "kind": row.kind,
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "document": row.document_id,
    }


def _check(employee: Employee, row: Contract, kind: str, starts_on: date, ends_on: date | None) -> None:
    others = Contract.objects.filter(employee=employee, kind__in=EMPLOYING).exclude(pk=row.pk)
    spans = [Span(each.starts_on, each.ended_on or each.ends_on) for each in others]
    fault = contract_fault(kind, Span(starts_on, ends_on), spans)
    if fault == "end":
        raise InvalidInput(_("这种合同须填写结束日期。"), field="ends_on")
    if fault == "endless":
        raise InvalidInput(_("无固定期限合同没有结束日期，请留空。"), field="ends_on")
    if fault == "order":
        raise InvalidInput(_("结束日期早于开始日期。"), field="ends_on")
    if fault == "overlap":
        raise InvalidInput(_("与另一份用工合同的期限重叠，请先终止那份合同或更正日期。"), field="starts_on")


def _contract(employee: Employee, contract_id: int) -> Contract:
    found = Contract.objects.select_for_update().filter(employee=employee, pk=contract_id).first()
    if found is None:
        raise NotFound(_("没有这份合同，请刷新后重试。"))
    return found


def _record(actor: Actor, row: Contract, action: str, before: dict[str, Any] | None = None, reason: str = "") -> None:
    auditing.record(
        actor=actor,
        action=action,
        target=f"people.employee:{row.employee_id}",
        before=before,
        after=snapshot(row),
        reason=reason,
        node_id=row.employee.unit_id,
    )
