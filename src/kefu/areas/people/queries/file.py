"""Reads of personal files: who may see which, and what is in one, as rows for pages, print-outs, exports and the API."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model, Q

from kefu.areas.people import permissions
from kefu.areas.people.choices import ContractState
from kefu.areas.people.engine.file_fields import LISTS, SECTIONS, FileField, FileList, Section
from kefu.areas.people.models import (
    Contract,
    Credential,
    EarlierPost,
    EmergencyContact,
    Employee,
    EmployeeDocument,
    FormPrint,
    PersonalFile,
    Schooling,
)
from kefu.areas.people.models.employee import EmployeeQuerySet
from kefu.kernel.actor import Actor
from kefu.platform.access.queries import scope_for, subtree_ids
from kefu.platform.access.services.tree import today
from kefu.platform.notify.registry import address_source

ITEMS: Mapping[str, type[Model]] = {
    "emergency_contacts": EmergencyContact,
    "schooling": Schooling,
    "earlier_posts": EarlierPost,
    "credentials": Credential,
}
"""The models of the lists."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value: in words, or as a token of the vault."""

    field: FileField
    text: str = ""
    token: bytes | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is kept there."""
        return not self.text and self.token is None


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list."""

    pk: int
    values: tuple[Value, ...]
    document: EmployeeDocument | None = None


@dataclass(slots=True)
class Dossier:
    """Everything in one file."""

    employee: Employee
    file: PersonalFile
    sections: list[tuple[Section, list[Value]]] = field(default_factory=list)
    lists: list[tuple[FileList, list[Item]]] = field(default_factory=list)
    contracts: list[tuple[Contract, ContractState]] = field(default_factory=list)
    documents: list[EmployeeDocument] = field(default_factory=list)

    @property
    def tokens(self) -> set[bytes]:
        """Every token of the vault in it."""
        values = [value for _section, values in self.sections for value in values]
        values += [value for _list, items in self.lists for item in items for value in item.values]
        return {value.token for value in values if value.token is not None}

    def value(self, code: str) -> Value:
        """The value of a field; raises ``KeyError``."""
        for _section, values in self.sections:
            for value in values:
                if value.field.code == code:
                    return value
        raise KeyError(code)

    def items(self, code: str) -> list[Item]:
        """The items of a list; raises ``KeyError``."""
        for declared, items in self.lists:
            if declared.code == code:
                return items
        raise KeyError(code)


def files_visible_to(viewer: Actor) -> EmployeeQuerySet:
    """The employees whose personal part the viewer may see."""
    scope = scope_for(viewer, permissions.FILE_VIEW)
    return Employee.objects.inside(scope).select_related("unit", "post", "personal_file__photo")


def keeps_file_of(viewer: Actor, employee: Employee) -> bool:
    """Whether the viewer keeps that file: holds the right over the unit, and it is not their own."""
    if viewer.user_id is not None and employee.user_id == viewer.user_id:
        return False
    return scope_for(viewer, permissions.FILE_MANAGE).covers_node(employee.unit_id)


def sees_file_of(viewer: Actor, employee: Employee) -> bool:
    """Whether the viewer may see the personal part of that file."""
    scope = scope_for(viewer, permissions.FILE_VIEW)
    return scope.covers_node(employee.unit_id) or (scope.user_id is not None and scope.user_id == employee.user_id)


def file_of(employee: Employee) -> PersonalFile:
    """The file; an empty one that is not kept, when nothing was entered yet."""
    return PersonalFile.objects.select_related("photo").filter(employee=employee).first() or PersonalFile(
        employee=employee
    )


def dossier_of(employee: Employee, day: date) -> Dossier:
    """The whole file, in as many statements as it has lists."""
    return dossiers([employee], day)[0]


def dossiers(employees: Iterable[Employee], day: date) -> list[Dossier]:
    """The files of many, in a fixed number of statements, in the order given."""
    people = list(employees)
    ids = [person.pk for person in people]
    files = PersonalFile.objects.filter(employee__in=ids).select_related("photo").in_bulk(ids)
    rows = {
        code: _grouped(ITEMS[code]._default_manager.filter(employee__in=ids), declared)
        for code, declared in LISTS.items()
    }
    contracts = _by_employee(Contract.objects.filter(employee__in=ids).select_related("document__file"))
    documents = _by_employee(
        EmployeeDocument.objects.filter(employee__in=ids, is_pending=False).select_related("file", "uploaded_by")
    )
    found = []
    for person in people:
        file = files.get(person.pk) or PersonalFile(employee=person)
        found.append(
            Dossier(
                employee=person,
                file=file,
                sections=[
                    (section, [value_of(person if f.on_employee else file, f) for f in section.fields])
                    for section in SECTIONS
                ],
                lists=[(declared, rows[code].get(person.pk, [])) for code, declared in LISTS.items()],
                contracts=[(row, row.state_on(day)) for row in contracts.get(person.pk, [])],
                documents=documents.get(person.pk, []),
            )
        )
    return found


def value_of(row: Any, declared: FileField) -> Value:
    """What the row keeps for that field."""
    value = getattr(row, declared.attribute)
    if declared.vault:
        return Value(declared, token=bytes(value) if value else None)
    if isinstance(value, date):
        return Value(declared, value.isoformat())
    return Value(declared, declared.shown(value or ""))


def may_read_photo(viewer: Actor, file_id: int) -> bool:
    """Whether the viewer sees the employee whose photo that is."""
    seen = Employee.objects.inside(scope_for(viewer, permissions.EMPLOYEE_VIEW))
    return (
        seen.filter(personal_file__photo_id=file_id).exists()
        or (
            viewer.user_id is not None
            and Employee.objects.filter(user_id=viewer.user_id, own_changes__items__after__file=file_id).exists()
        )
        or files_visible_to(viewer).filter(own_changes__items__after__file=file_id).exists()
    )


def may_read_document(viewer: Actor, file_id: int) -> bool:
    """Whether the viewer sees the file in which that paper is."""
    found = EmployeeDocument.objects.filter(file_id=file_id).select_related("employee").first()
    return found is not None and sees_file_of(viewer, found.employee)


def may_read_print(viewer: Actor, file_id: int) -> bool:
    """Whether the viewer made that print-out."""
    return viewer.user_id is not None and FormPrint.objects.filter(file_id=file_id, printed_by=viewer.user_id).exists()


def prints_visible_to(viewer: Actor) -> Any:
    """The print-outs of those whose files the viewer sees, the newest first."""
    scope = scope_for(viewer, permissions.FILE_VIEW)
    rows = FormPrint.objects.select_related("employee", "printed_by")
    if scope.everything:
        return rows
    return rows.filter(Q(employee__unit_id__in=scope.node_ids) | Q(employee__user_id=scope.user_id or 0))


def export_scope(viewer: Actor, unit: str, *, with_left: bool) -> list[Employee]:
    """The employees of a unit and those below (``""``: all) within the viewer's right to export, by name."""
    rows = Employee.objects.inside(scope_for(viewer, permissions.FILE_EXPORT)).select_related("unit", "post")
    if unit:
        rows = rows.filter(unit_id__in=subtree_ids([int(unit)]))
    if not with_left:
        rows = rows.exclude(left_on__lt=today())
    return list(rows.filter(personal_file__erased_at__isnull=True).order_by("name_key", "pk"))


@address_source("people.mail", "mail")
def mail_addresses(user_ids: Collection[int]) -> Mapping[int, bytes]:
    """The mail addresses in the files."""
    rows = PersonalFile.objects.filter(employee__user_id__in=user_ids, mail_token__isnull=False)
    found = rows.values_list("employee__user_id", "mail_token")
    return {user: bytes(token) for user, token in found if user is not None and token is not None}


@address_source("people.phone", "sms")
def phone_numbers(user_ids: Collection[int]) -> Mapping[int, bytes]:
    """The telephone numbers in the files."""
    rows = Employee.objects.filter(user_id__in=user_ids, phone_token__isnull=False)
    found = rows.values_list("user_id", "phone_token")
    return {user: bytes(token) for user, token in found if user is not None and token is not None}


def _grouped(rows: Any, declared: FileList) -> dict[int, list[Item]]:
    found: dict[int, list[Item]] = {}
    for row in rows.select_related("document__file") if declared.has_scan else rows:
        values = tuple(value_of(row, each) for each in declared.fields)
        document = row.document if declared.has_scan else None
        found.setdefault(row.employee_id, []).append(Item(row.pk, values, document))
    return found


def _by_employee(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.employee_id, []).append(row)
    return found
