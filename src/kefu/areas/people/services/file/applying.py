"""A plan becomes the file: only onto the state it was made from, written once, in the audit as digests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kefu.areas.people import rules
from kefu.areas.people.engine.file_fields import FIELDS, LISTS, label_of
from kefu.areas.people.events import FileChanged
from kefu.areas.people.models import Employee, EmployeeDocument, PersonalFile
from kefu.areas.people.queries.file import ITEMS
from kefu.areas.people.services.file import terms
from kefu.areas.people.services.file.planning import Kept, Planned, holder, kept_now, restored
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, NotFound, RuleBroken
from kefu.platform.access import services as access
from kefu.platform.files import services as files
from kefu.platform.files.models import StoredFile
from kefu.platform.outbox.services import publish

SYSTEM = Actor.system("people.file")


def locked_file(employee: Employee) -> tuple[Employee, PersonalFile]:
    """The employee and the file, locked until the transaction ends; the file is begun when there is none."""
    locked = Employee.objects.select_for_update(of=("self",)).select_related("user").filter(pk=employee.pk).first()
    if locked is None:
        raise NotFound(_("没有这名员工，请刷新后重试。"))
    file, _made = PersonalFile.objects.get_or_create(employee=locked)
    if file.erased_at is not None:
        raise RuleBroken(_("这份档案的个人信息已删除，不能再修改。"), code="file_erased")
    return locked, file


def apply(
    actor: Actor, employee: Employee, file: PersonalFile, planned: Sequence[Planned], *, reason: str = ""
) -> None:
    """Write ``planned`` into the locked file. Raises ``Conflict`` when something in it is no longer as it was."""
    gone = [each for each in planned if kept_now(employee, file, each.target) != each.before]
    if gone:
        names = "、".join(str(label_of(each.target)) for each in gone)
        raise Conflict(_("“%(names)s”已被他人改动，请按现在的内容重新提交。") % {"names": names}, code="file_changed")
    touched: dict[type, set[str]] = {Employee: set(), PersonalFile: set()}
    keys: dict[str, str] = {}
    for each in planned:
        code, _sign, key = each.target.partition(":")
        if code in FIELDS:
            row = holder(employee, file, FIELDS[code])
            setattr(row, FIELDS[code].attribute, restored(FIELDS[code], each.after["value"]))
            touched[type(row)].add(FIELDS[code].attribute)
        elif code == "photo":
            _photo(file, each)
            touched[PersonalFile].add("photo")
        else:
            keys[each.target] = _item(employee, code, key, each.after)
    if "name" in touched[Employee]:
        _follow_name(employee)
        touched[Employee] |= {"name_key", "initials"}
    if touched[Employee]:
        employee.save(update_fields=sorted(touched[Employee]))
    if touched[PersonalFile]:
        file.save(update_fields=sorted(touched[PersonalFile]))
    _record(actor, employee, planned, keys, reason)
    terms.follow(employee)


def drop_documents(ids: Iterable[Any], reason: str) -> None:
    """Remove documents whose purpose is gone, with their bytes."""
    for document in EmployeeDocument.objects.filter(pk__in=[pk for pk in ids if pk]).select_related("file"):
        file = document.file
        document.delete()
        drop_file(file, reason)


def drop_file(file: StoredFile, reason: str) -> None:
    """Delete a stored file, and with it the name it came under."""
    files.delete_file(actor=SYSTEM, file=file, reason=reason)
    StoredFile.objects.filter(pk=file.pk).update(name="deleted")


def _photo(file: PersonalFile, each: Planned) -> None:
    before = file.photo
    file.photo_id = each.after["file"]
    if before is not None:
        file.save(update_fields=["photo"])
        drop_file(before, "replaced")


def _item(employee: Employee, code: str, key: str, after: Kept) -> str:
    declared, model = LISTS[code], ITEMS[code]
    row: Any = model(employee=employee) if key == "new" else model._default_manager.get(employee=employee, pk=int(key))
    old = getattr(row, "document_id", None)
    if not after:
        row.delete()
        drop_documents([old], "removed")
        return key
    for field in declared.fields:
        setattr(row, field.attribute, restored(field, after[field.code]))
    if declared.has_scan:
        row.document_id = after["document"]
        EmployeeDocument.objects.filter(pk=after["document"], is_pending=True).update(is_pending=False)
    row.save()
    if old and old != getattr(row, "document_id", None):
        drop_documents([old], "replaced")
    return str(row.pk)


def _follow_name(employee: Employee) -> None:
    employee.name_key, employee.initials = rules.name_key(employee.name), rules.initials(employee.name)
    if employee.user is not None and employee.user.display_name != employee.name:
        access.update_user(actor=SYSTEM, user=employee.user, display_name=employee.name)


def _record(actor: Actor, employee: Employee, planned: Sequence[Planned], keys: dict[str, str], reason: str) -> None:
    auditing.record(
        actor=actor,
        action="people.file:change",
        target=f"people.employee:{employee.pk}",
        before={each.target: _digest(each.before) for each in planned},
        after={_named(each.target, keys): _digest(each.after) for each in planned},
        reason=reason,
        node_id=employee.unit_id,
    )
    publish(FileChanged(employee.pk, sorted({each.target.partition(":")[0] for each in planned})))


def _named(target: str, keys: dict[str, str]) -> str:
    return f"{target.partition(':')[0]}:{keys[target]}" if target in keys else target


def _digest(kept: Kept) -> str | None:
    return auditing.digest(json.dumps(kept, sort_keys=True, ensure_ascii=False)) if any(kept.values()) else None
