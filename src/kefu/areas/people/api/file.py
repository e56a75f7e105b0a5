"""Personal files for other systems: masked reads, and changes in one's own file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from kefu.areas.people import permissions
from kefu.areas.people.models import Employee, OwnChange
from kefu.areas.people.queries import employee_of_user
from kefu.areas.people.queries import file as queries
from kefu.areas.people.services.file import own_changes
from kefu.areas.people.services.file.planning import Edit, FieldEdit, ItemEdit
from kefu.kernel.errors import NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.services.tree import today
from kefu.platform.api.idempotency import idempotent
from kefu.platform.privacy.queries import masked

router = Router()


class ContractOut(Schema):
    """A contract."""

    kind: str
    starts_on: date
    ends_on: date | None
    ended_on: date | None
    state: str


class FileOut(Schema):
    """A personal file. Values of the vault are masked; a list item has its key and its fields."""

    number: str
    fields: dict[str, str] = Field(description="Field code → value, or mask")
    lists: dict[str, list[dict[str, Any]]]
    contracts: list[ContractOut]
    confirmed_on: date | None
    erased_at: datetime | None


class FieldIn(Schema):
    """A field that shall hold another value ("" empties it)."""

    field: str = Field(max_length=40)
    value: str = Field(max_length=200)


class ItemIn(Schema):
    """An item of a list: added (no key), changed, or removed (no values)."""

    list: str = Field(max_length=40)
    id: int | None = Field(None, gt=0, lt=2**63)
    values: dict[str, str | None] | None = Field(None, max_length=20)


class ChangeIn(Schema):
    """Changes that are answered together. What needs a proof (name, papers, bank account) is asked for on the page."""

    fields: list[FieldIn] = Field(default_factory=list, max_length=20)
    items: list[ItemIn] = Field(default_factory=list, max_length=10)
    note: str = Field("", max_length=200)


class ChangeOut(Schema):
    """What was asked for; which things, never their values."""

    id: int
    state: str
    targets: list[str]
    submitted_at: datetime
    settled_at: datetime | None


@router.get("/employees/{number}/file", response=FileOut, summary="Get an employee's personal file")
@requires(permissions.FILE_VIEW)
def get_file(request: HttpRequest, number: str) -> Any:
    """The file of somebody whose personal part the caller may see."""
    found = queries.files_visible_to(actor_of(request)).filter(number=number).first()
    if found is None:
        raise NotFound(_("没有这份档案，或者您无权查看。"))
    return _file(found)


@router.get("/me/file", response=FileOut, summary="Get one's own personal file")
@requires(permissions.FILE_VIEW)
def get_own_file(request: HttpRequest) -> Any:
    """The caller's own file."""
    return _file(_own(request))


@router.get("/me/file/changes", response=list[ChangeOut], summary="List the changes asked for in one's own file")
@requires(permissions.FILE_VIEW)
def list_own_changes(request: HttpRequest) -> Any:
    """The newest first, at most 100."""
    return [_change(row) for row in _own(request).own_changes.prefetch_related("items")[:100]]


@router.post("/me/file/changes", response={201: ChangeOut}, summary="Ask for changes in one's own file")
@requires(permissions.FILE_VIEW)
@idempotent
def ask_for_changes(request: HttpRequest, data: ChangeIn) -> Any:
    """They wait for the chain of the centre and are applied with its last decision."""
    edits: list[Edit] = [FieldEdit(each.field, each.value) for each in data.fields]
    edits += [ItemEdit(each.list, each.id, each.values) for each in data.items]
    change = own_changes.propose(actor=actor_of(request), employee=_own(request), edits=edits, note=data.note)
    return Status(201, _change(change))


@router.post("/me/file/changes/{change_id}/withdraw", response=ChangeOut, summary="Take back a change asked for")
@requires(permissions.FILE_VIEW)
@idempotent
def withdraw_change(request: HttpRequest, change_id: int) -> Any:
    """As long as it waits."""
    change = _own(request).own_changes.filter(pk=change_id).first() if 0 < change_id < 2**63 else None
    if change is None:
        raise NotFound(_("没有这份申请，或者您无权查看。"))
    return _change(own_changes.withdraw(actor=actor_of(request), change=change))


def _own(request: HttpRequest) -> Employee:
    user_id = actor_of(request).user_id
    found = employee_of_user(user_id) if user_id else None
    if found is None:
        raise NotFound(_("您的账号没有关联员工，请联系人事专员。"))
    return found


def _file(employee: Employee) -> FileOut:
    dossier = queries.dossier_of(employee, today())
    masks = masked(dossier.tokens)

    def shown(value: queries.Value) -> str:
        return masks.get(value.token, "") if value.token is not None else value.text

    return FileOut(
        number=employee.number,
        fields={value.field.code: shown(value) for _section, values in dossier.sections for value in values},
        lists={
            declared.code: [{"id": item.pk, **{v.field.code: shown(v) for v in item.values}} for item in items]
            for declared, items in dossier.lists
        },
        contracts=[
            ContractOut(
                kind=row.kind, starts_on=row.starts_on, ends_on=row.ends_on, ended_on=row.ended_on, state=state.value
            )
            for row, state in dossier.contracts
        ],
        confirmed_on=dossier.file.confirmed_on,
        erased_at=dossier.file.erased_at,
    )


def _change(row: OwnChange) -> ChangeOut:
    return ChangeOut(
        id=row.pk,
        state=row.state,
        targets=[item.target for item in row.items.all()],
        submitted_at=row.submitted_at,
        settled_at=row.settled_at,
    )
