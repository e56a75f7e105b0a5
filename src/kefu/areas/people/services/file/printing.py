"""The forms of the file on paper: filled, masked or in full, each print-out in a log."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from kefu.areas.people import permissions
from kefu.areas.people.adapters.paper import pdf_of
from kefu.areas.people.choices import FormKind
from kefu.areas.people.models import Employee, FormPrint, Merit, PostHolding
from kefu.areas.people.queries.employees import memberships_of
from kefu.areas.people.queries.file import Dossier, dossiers
from kefu.areas.people.services.file.bulk import check_full, shown_values
from kefu.areas.people.services.file.rights import is_own
from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.models import User
from kefu.platform.access.services import authorise
from kefu.platform.access.services.tree import today
from kefu.platform.files import services as files
from kefu.platform.files.models import StoredFile

PRINT = "people.form_print"
MOST_AT_ONCE = 500


def print_form(*, actor: Actor, employee: Employee, form: str, is_full: bool = False, reason: str = "") -> bytes:
    """One form about one employee as PDF. In full for oneself, and for whoever may see values and says why."""
    authorise(actor, permissions.FILE_VIEW, node_id=employee.unit_id, owner_id=employee.user_id)
    _check(form)
    is_mine = is_own(actor, employee)
    is_full = is_full or is_mine
    reason = _("本人打印") if is_mine else check_full(actor, reason) if is_full else ""
    with transaction.atomic():
        made = pdf_of(_html(dossiers([employee], today()), form, _printer(actor), is_full=is_full))
        _log(actor, [employee], form, is_full, reason, None)
    return made


def print_blank(form: str) -> bytes:
    """The form without anybody in it, to be filled in by hand."""
    _check(form)
    return pdf_of(_html([], form, ""))


def print_many(
    *, actor: Actor, employees: Sequence[Employee], form: str, is_full: bool = False, reason: str = ""
) -> StoredFile:
    """One PDF with a form for each of ``employees`` (scoped by the caller), kept for a week for whoever asked."""
    authorise(actor, permissions.FILE_EXPORT)
    _check(form)
    check_count(employees)
    reason = check_full(actor, reason) if is_full else ""
    made = pdf_of(_html(dossiers(employees, today()), form, _printer(actor), is_full=is_full))
    with transaction.atomic():
        name = f"{FormKind(form).label} {today():%Y%m%d}.pdf"
        stored = files.store(actor=actor, stream=[made], name=name, purpose=PRINT)
        _log(actor, employees, form, is_full, reason, stored)
    return stored


def check_count(employees: Sequence[Employee]) -> None:
    """Raises ``InvalidInput`` when there is nobody, or are more than go into one print-out."""
    if not employees:
        raise InvalidInput(_("没有符合条件的员工。"), field="unit")
    if len(employees) > MOST_AT_ONCE:
        raise InvalidInput(
            _("一次最多打印 %(most)d 人，请缩小范围。") % {"most": MOST_AT_ONCE}, field="unit", code="too_many"
        )


def _check(form: str) -> None:
    if form not in FormKind.values:
        raise InvalidInput(_("请选择表格。"), field="form")


def _printer(actor: Actor) -> str:
    name = User.objects.filter(pk=actor.user_id).values_list("display_name", flat=True).first()
    return f"{name or ''} {actor.label}".strip()


def _html(found: Sequence[Dossier], form: str, printer: str, *, is_full: bool = False) -> str:
    values = shown_values(found, is_full=is_full)
    sheets: list[dict[str, Any]] = [_sheet(dossier, values) for dossier in found]
    return render_to_string(
        f"people/paper/{form}.html",
        {
            "title": FormKind(form).label,
            "sheets": sheets or [BLANK],
            "is_blank": not sheets,
            "is_full": is_full,
            "printer": printer,
            "printed_at": clock.now(),
        },
    )


def _sheet(dossier: Dossier, values: dict[bytes, str]) -> dict[str, Any]:
    """What the templates fill in, as plain words."""
    person = dossier.employee
    words = {value.field.code: _words(value, values) for _section, section in dossier.sections for value in section}
    return {
        "employee": person,
        "words": words,
        "age": _age(person.born_on, today()),
        "photo": _photo(dossier.file.photo),
        "lists": {
            declared.code: [[_words(value, values) for value in item.values] for item in items]
            for declared, items in dossier.lists
        },
        "contracts": [contract for contract, _state in dossier.contracts],
        "confirmed_on": dossier.file.confirmed_on,
        "memberships": memberships_of(person),
        "posts": PostHolding.objects.filter(employee=person).select_related("post").order_by("-starts_on"),
        "merits": Merit.objects.filter(employee=person)[:6],
        "documents": dossier.documents,
    }


BLANK: dict[str, Any] = {"employee": None, "words": {}, "lists": {}, "contracts": [], "memberships": []}


def _words(value: Any, values: dict[bytes, str]) -> str:
    return values.get(value.token, "") if value.token is not None else value.text


def _age(born_on: date | None, day: date) -> int | None:
    if born_on is None:
        return None
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _photo(stored: StoredFile | None) -> str:
    if stored is None or not stored.location.is_file():
        return ""
    return "data:image/jpeg;base64," + base64.b64encode(stored.location.read_bytes()).decode()


def _log(
    actor: Actor, employees: Sequence[Employee], form: str, is_full: bool, reason: str, stored: StoredFile | None
) -> None:
    now = clock.now()

    def lines() -> Iterator[FormPrint]:
        for person in employees:
            yield FormPrint(
                employee=person,
                form=form,
                is_full=is_full,
                reason=reason,
                printed_by_id=actor.user_id,
                printed_at=now,
                file=stored,
            )

    FormPrint.objects.bulk_create(lines())
    auditing.record(
        actor=actor,
        action="people.file:print",
        target=f"people.employee:{employees[0].pk}" if len(employees) == 1 else "people.employee:many",
        after={"form": form, "count": len(employees), "is_full": is_full},
        reason=reason,
        node_id=employees[0].unit_id if len(employees) == 1 else None,
    )
