"""Summing up calls (小结), and the codes with which it is done."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.areas.calls import permissions, queries
from kefu.areas.calls.choices import Outcome
from kefu.areas.calls.models import Disposition, QueueVisit
from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, RuleBroken
from kefu.platform.access.services import authorise

LONGEST_NOTE = 300


def dispose_visit(*, actor: Actor, visit_id: UUID, code: str, note: str = "") -> QueueVisit:
    """Sum up an answered call with an active code; the first time decides whether it was in time.

    Raises ``NotFound`` outside the actor's scope, ``RuleBroken`` for a call without a conversation, ``InvalidInput``.
    """
    authorise(actor, permissions.VISIT_DISPOSE)
    note = note.strip()
    if len(note) > LONGEST_NOTE or "\0" in note:
        raise InvalidInput(_("备注最多 %(n)s 个字。") % {"n": LONGEST_NOTE}, field="note")
    with transaction.atomic():
        visit = queries.visit_for(actor, visit_id, permissions.VISIT_DISPOSE)
        visit = QueueVisit.objects.select_for_update().get(day=visit.day, id=visit.id)
        if visit.outcome != Outcome.ANSWERED:
            raise RuleBroken(_("只有接通的通话才需要小结。"), code="not_answered")
        disposition = Disposition.objects.filter(code=code, is_active=True).first()
        if disposition is None:
            raise InvalidInput(_("请选择一个启用的小结代码。"), field="disposition")
        before = {"disposition": visit.disposition_id, "note": auditing.digest(visit.disposition_note)}
        disposed_at = visit.disposed_at or clock.now()
        QueueVisit.objects.filter(day=visit.day, id=visit.id).update(
            disposition=disposition, disposition_note=note, disposed_at=disposed_at
        )
        visit.disposition, visit.disposition_note, visit.disposed_at = disposition, note, disposed_at
        auditing.record(
            actor=actor,
            action="calls.visit:dispose",
            target=f"calls.visit:{visit.id}",
            before=before,
            after={"disposition": disposition.pk, "note": auditing.digest(note)},
            node_id=visit.team_node_id or visit.queue_node_id,
        )
    return visit


def save_disposition(
    *, actor: Actor, code: str, name: str, group: str = "", sort_order: int = 100, is_active: bool = True,
    disposition: Disposition | None = None,
) -> Disposition:  # fmt: skip
    """Make a code or change one; calls that bear it keep it."""
    authorise(actor, permissions.DISPOSITION_MANAGE)
    if not name.strip():
        raise InvalidInput(_("请填写名称。"), field="name")
    with transaction.atomic():
        found = disposition and Disposition.objects.select_for_update().get(pk=disposition.pk)
        others = Disposition.objects.filter(code=code)
        if (others.exclude(pk=found.pk) if found else others).exists():
            raise Conflict(_("已有编码为“%(code)s”的小结代码。") % {"code": code}, field="code")
        row = found or Disposition()
        before = None if found is None else _shown(found)
        row.code, row.name, row.group = code, name.strip(), group.strip()
        row.sort_order, row.is_active = sort_order, is_active
        row.save()
        auditing.record(
            actor=actor,
            action="calls.disposition:change" if before else "calls.disposition:create",
            target=f"calls.disposition:{row.pk}",
            before=before,
            after=_shown(row),
        )
    return row


def _shown(row: Disposition) -> dict[str, object]:
    return {
        "code": row.code,
        "name": row.name,
        "group": row.group,
        "sort_order": row.sort_order,
        "is_active": row.is_active,
    }
