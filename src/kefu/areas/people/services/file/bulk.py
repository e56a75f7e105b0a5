"""Files of many: a list in (each row onto what is there), a list out (masked, or in full for a reason)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.areas.people import permissions
from kefu.areas.people.engine.contracts import EMPLOYING
from kefu.areas.people.engine.file_fields import FIELDS, LISTS, item_label
from kefu.areas.people.models import Contract, Employee
from kefu.areas.people.queries.file import Dossier, dossiers
from kefu.areas.people.services.file import contracts, terms
from kefu.areas.people.services.file.applying import apply, locked_file
from kefu.areas.people.services.file.planning import Edit, FieldEdit, ItemEdit, plan
from kefu.areas.people.services.file.rights import check_keeper
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput
from kefu.platform.access.queries import has_permission
from kefu.platform.access.services import authorise
from kefu.platform.access.services.tree import today
from kefu.platform.privacy.permissions import VALUE_REVEAL
from kefu.platform.privacy.queries import masked
from kefu.platform.privacy.services import open_values, token_of

KEYS: Mapping[str, tuple[str, ...]] = {
    "emergency_contacts": ("relation",),
    "schooling": ("education",),
    "earlier_posts": ("starts_on",),
    "credentials": ("name",),
}
"""By what a row of a list finds the item that it means: the rest is brought up to date."""


@dataclass(slots=True)
class FileRow:
    """What a list says about one employee: plain values; what is not mentioned stays."""

    employee: Employee
    fields: dict[str, str | date] = field(default_factory=dict)
    items: dict[str, dict[str, str | date]] = field(default_factory=dict)
    terms: dict[str, Any] = field(default_factory=dict)
    contract: dict[str, Any] = field(default_factory=dict)


def enter_file(*, actor: Actor, row: FileRow) -> bool:
    """Bring one file up to the row; whether anything changed. Idempotent. Raises ``InvalidInput`` as pages do."""
    authorise(actor, permissions.FILE_MANAGE, node_id=row.employee.unit_id)
    with transaction.atomic():
        employee, file = locked_file(row.employee)
        check_keeper(actor, employee)
        changed = False
        try:
            apply(actor, employee, file, plan(employee, file, edits_of(employee, row), today()))
            changed = True
        except InvalidInput as error:
            if error.code != "no_change":
                raise
        changed |= _terms(actor, employee, row.terms)
        changed |= _contract(actor, employee, row.contract)
    return changed


def edits_of(employee: Employee, row: FileRow) -> list[Edit]:
    """The row as changes: an item that is there already is changed, another one added."""
    edits: list[Edit] = [FieldEdit(code, value) for code, value in row.fields.items()]
    if not row.items:
        return edits
    dossier = dossiers([employee], today())[0]
    for code, values in row.items.items():
        declared = LISTS[code]
        known = next((item.pk for item in dossier.items(code) if _same(item.values, values, KEYS[code])), None)
        whole = {each.code: values.get(each.code) for each in declared.fields}
        edits.append(ItemEdit(code, known, whole if known else {key: value or "" for key, value in whole.items()}))
    return edits


def _same(kept: Sequence[Any], given: Mapping[str, str | date], keys: Iterable[str]) -> bool:
    for value in kept:
        if value.field.code in keys:
            wanted = given.get(value.field.code, "")
            text = wanted.isoformat() if isinstance(wanted, date) else value.field.shown(wanted)
            if value.token is not None:
                if value.token != token_of(value.field.vault, text):
                    return False
            elif value.text != text:
                return False
    return True


def _terms(actor: Actor, employee: Employee, given: Mapping[str, Any]) -> bool:
    """Kind of employment, level, stars and probation, those that the row mentions."""
    changed = {name: value for name, value in given.items() if getattr(employee, name) != value}
    if not changed:
        return False
    before = {name: str(getattr(employee, name) or "") for name in changed}
    for name, value in changed.items():
        setattr(employee, name, value)
    employee.save(update_fields=sorted(changed))
    auditing.record(
        actor=actor,
        action="people.file:terms",
        target=f"people.employee:{employee.pk}",
        before=before,
        after={name: str(value) for name, value in changed.items()},
        node_id=employee.unit_id,
    )
    terms.follow(employee)
    return True


def _contract(actor: Actor, employee: Employee, given: Mapping[str, Any]) -> bool:
    """A contract is known by its kind and first day."""
    if not given:
        return False
    known = Contract.objects.filter(employee=employee, kind=given["kind"], starts_on=given["starts_on"]).first()
    if known is not None and known.ends_on == given.get("ends_on"):
        return False
    contracts.save_contract(
        actor=actor,
        employee=employee,
        contract_id=known.pk if known else None,
        kind=given["kind"],
        starts_on=given["starts_on"],
        ends_on=given.get("ends_on"),
        signed_on=known.signed_on if known else None,
        number=known.number if known else "",
    )
    return True


def check_full(actor: Actor, reason: str) -> str:
    """The reason, tidy. Raises ``Denied`` without the right to see values, ``InvalidInput`` without a reason."""
    if not has_permission(actor, VALUE_REVEAL):
        raise Denied(_("您没有查看完整个人信息的权限，只能使用掩码。"))
    reason = " ".join(reason.split())
    if len(reason) < 4:
        raise InvalidInput(_("请写明需要完整信息的理由（至少 4 个字）。"), field="reason")
    return reason[:200]


def shown_values(found: Sequence[Dossier], *, is_full: bool) -> dict[bytes, str]:
    """Token → what stands for it: its mask, or (the caller has checked the right) its value."""
    tokens = {token for dossier in found for token in dossier.tokens}
    masks = masked(tokens)
    return {**masks, **open_values(tokens)} if is_full else masks


def export_files(
    *, actor: Actor, employees: Sequence[Employee], is_full: bool, reason: str = ""
) -> tuple[list[str], list[list[Any]]]:
    """Header and rows of the whole files, one row each, with the columns of the import. Who took what is audited.

    ``is_full`` needs the right to see values and a reason; else masks hold. The caller has scoped ``employees``.
    """
    authorise(actor, permissions.FILE_EXPORT)
    reason = check_full(actor, reason) if is_full else " ".join(reason.split())[:200]
    found = dossiers(employees, today())
    values = shown_values(found, is_full=is_full)
    header = [_("工号"), _("单位"), _("岗位"), _("入职日期"), *(str(f.label) for f in FIELDS.values())]
    header += [_("用工形式"), _("职级"), _("星级"), _("试用期至"), _("合同类型"), _("合同开始日期"), _("合同结束日期")]
    header += [str(item_label(each, f)) for each in LISTS.values() for f in each.fields]
    rows = [_row(dossier, values) for dossier in found]
    with transaction.atomic():
        auditing.record(
            actor=actor,
            action="people.file:export",
            target="people.file:many",
            after={"rows": len(rows), "is_full": is_full},
            reason=reason,
        )
    return header, rows


def _row(dossier: Dossier, values: Mapping[bytes, str]) -> list[Any]:
    person = dossier.employee
    row: list[Any] = [person.number, person.unit.name, person.post.name if person.post else "", person.hired_on]
    for _section, kept in dossier.sections:
        row += [_plain(value, values) for value in kept]
    current = next((contract for contract, _state in dossier.contracts if contract.kind in EMPLOYING), None)
    row += [person.get_employment_type_display(), person.level, person.star_level, person.probation_ends_on]
    row += [current.get_kind_display(), current.starts_on, current.ends_on] if current else ["", None, None]
    for declared, items in dossier.lists:
        row += [_plain(value, values) for value in items[0].values] if items else [""] * len(declared.fields)
    return row


def _plain(value: Any, values: Mapping[bytes, str]) -> Any:
    if value.token is not None:
        return values.get(value.token, "")
    return date.fromisoformat(value.text) if value.field.is_date and value.text else value.text
