"""The people officer's own hand on a file: fields, lists, the photo, the terms of work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.areas.people import permissions
from kefu.areas.people.choices import DocumentPurpose, EmploymentType
from kefu.areas.people.engine.file_fields import LISTS
from kefu.areas.people.models import Employee, PersonalFile
from kefu.areas.people.rules import MAX_LEVEL
from kefu.areas.people.services.file import terms
from kefu.areas.people.services.file.applying import apply, locked_file
from kefu.areas.people.services.file.documents import store_document, store_photo
from kefu.areas.people.services.file.planning import Edit, ItemEdit, PhotoEdit, plan
from kefu.areas.people.services.file.rights import check_keeper
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput
from kefu.platform.access.services import authorise
from kefu.platform.access.services.tree import today

PURPOSE_OF = {"schooling": DocumentPurpose.DIPLOMA, "credentials": DocumentPurpose.CREDENTIAL}


def update_file(*, actor: Actor, employee: Employee, edits: Sequence[Edit], scan: Any = None) -> PersonalFile:
    """Correct a file. ``scan``: an upload that goes with the one item of ``edits``.

    Raises ``InvalidInput`` with a message per field, also when nothing would change; nobody corrects their own.
    """
    authorise(actor, permissions.FILE_MANAGE, node_id=employee.unit_id)
    with transaction.atomic():
        locked, file = locked_file(employee)
        authorise(actor, permissions.FILE_MANAGE, node_id=locked.unit_id)
        check_keeper(actor, locked)
        apply(actor, locked, file, plan(locked, file, with_scan(actor, locked, edits, scan), today()))
    return file


def set_photo(*, actor: Actor, employee: Employee, upload: Any | None) -> PersonalFile:
    """Another photo (``None``: none)."""
    authorise(actor, permissions.FILE_MANAGE, node_id=employee.unit_id)
    with transaction.atomic():
        locked, file = locked_file(employee)
        check_keeper(actor, locked)
        stored = store_photo(actor, upload).pk if upload is not None else None
        apply(actor, locked, file, plan(locked, file, [PhotoEdit(stored)], today()))
    return file


def with_scan(
    actor: Actor, employee: Employee, edits: Sequence[Edit], scan: Any, *, is_pending: bool = False
) -> Sequence[Edit]:
    """``edits`` with the upload ``scan`` kept as the document of their one item."""
    item = edits[0] if len(edits) == 1 else None
    if scan is None or not isinstance(item, ItemEdit):
        return edits
    declared = LISTS[item.code]
    first = (item.values or {}).get(declared.fields[0].code) or ""
    document = store_document(
        actor, employee, scan, purpose=PURPOSE_OF[item.code], title=str(first), is_pending=is_pending
    )
    return [ItemEdit(item.code, item.pk, item.values, document.pk)]


def update_terms(
    *,
    actor: Actor,
    employee: Employee,
    employment_type: str,
    level: str = "",
    star_level: int | None = None,
    probation_ends_on: date | None = None,
) -> Employee:
    """Say under which terms somebody works: kind of employment, level, stars, end of probation."""
    authorise(actor, permissions.FILE_MANAGE, node_id=employee.unit_id)
    if employment_type not in EmploymentType.values:
        raise InvalidInput(_("请选择用工形式。"), field="employment_type")
    if star_level is not None and not 0 <= star_level <= MAX_LEVEL:
        raise InvalidInput(_("星级为 0–%(most)d。") % {"most": MAX_LEVEL}, field="star_level")
    if probation_ends_on is not None and probation_ends_on < employee.hired_on:
        raise InvalidInput(_("试用期不能在入职之前结束。"), field="probation_ends_on")
    with transaction.atomic():
        locked, _file = locked_file(employee)
        check_keeper(actor, locked)
        before = _terms_of(locked)
        locked.employment_type, locked.level, locked.star_level = employment_type, level.strip()[:16], star_level
        locked.probation_ends_on = probation_ends_on
        if _terms_of(locked) == before:
            raise InvalidInput(_("没有任何改动。"), code="no_change")
        locked.save(update_fields=["employment_type", "level", "star_level", "probation_ends_on"])
        auditing.record(
            actor=actor,
            action="people.file:terms",
            target=f"people.employee:{locked.pk}",
            before=before,
            after=_terms_of(locked),
            node_id=locked.unit_id,
        )
        terms.follow(locked)
    return locked


def confirm_probation(*, actor: Actor, employee: Employee, confirmed_on: date | None = None) -> PersonalFile:
    """Somebody has passed the probation; its clock stops."""
    authorise(actor, permissions.FILE_MANAGE, node_id=employee.unit_id)
    day = confirmed_on or today()
    with transaction.atomic():
        locked, file = locked_file(employee)
        check_keeper(actor, locked)
        if file.confirmed_on is not None:
            raise Conflict(_("已于 %(day)s 转正。") % {"day": file.confirmed_on.isoformat()})
        if not locked.hired_on <= day <= today():
            raise InvalidInput(_("转正日期须在入职之后、今天之前。"), field="confirmed_on")
        file.confirmed_on = day
        file.save(update_fields=["confirmed_on"])
        auditing.record(
            actor=actor,
            action="people.file:confirm",
            target=f"people.employee:{locked.pk}",
            after={"confirmed_on": day.isoformat()},
            node_id=locked.unit_id,
        )
        terms.follow(locked)
    return file


def _terms_of(employee: Employee) -> dict[str, Any]:
    ends = employee.probation_ends_on
    return {
        "employment_type": employee.employment_type,
        "level": employee.level,
        "star_level": employee.star_level,
        "probation_ends_on": ends.isoformat() if ends else None,
    }
