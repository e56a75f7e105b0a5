"""Placing and lifting legal holds."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput, NotFound, RuleBroken
from kefu.platform.access.services import authorise
from kefu.platform.custody import permissions
from kefu.platform.custody.choices import HoldKind
from kefu.platform.custody.models import LegalHold
from kefu.platform.privacy.registry import SUBJECT_KINDS

SHORTEST_REASON = 4


def place_hold(
    *,
    actor: Actor,
    kind: str,
    reason: str,
    subject_kind: str = "",
    subject_ref: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    until: date | None = None,
) -> LegalHold:
    """Keep data from being erased, until it is lifted or over. Raises ``InvalidInput`` for one that names nothing."""
    authorise(actor, permissions.HOLD_MANAGE)
    reason = required_reason(reason)
    wanted = HoldKind(kind)
    if wanted is HoldKind.SUBJECT and (subject_kind not in SUBJECT_KINDS or not subject_ref):
        raise InvalidInput(_("请指明保全谁的信息。"), field="subject", code="subject_required")
    if wanted is HoldKind.PERIOD and (starts_on is None or ends_on is None or ends_on < starts_on):
        raise InvalidInput(_("请填写起止日期，结束日期不早于开始日期。"), field="ends_on", code="period_required")
    if until is not None and until < clock.local_date(clock.now()):
        raise InvalidInput(_("保全截止日期不能早于今天。"), field="until", code="until_past")
    with transaction.atomic():
        hold = LegalHold.objects.create(
            kind=wanted,
            subject_kind=subject_kind if wanted is HoldKind.SUBJECT else "",
            subject_ref=subject_ref if wanted is HoldKind.SUBJECT else "",
            starts_on=starts_on if wanted is HoldKind.PERIOD else None,
            ends_on=ends_on if wanted is HoldKind.PERIOD else None,
            until=until,
            reason=reason,
            placed_by_id=actor.user_id,
            placed_at=clock.now(),
        )
        auditing.record(
            actor=actor,
            action="privacy.hold:place",
            target=f"privacy.hold:{hold.pk}",
            after={"kind": hold.kind, "until": until.isoformat() if until else None},
            reason=reason,
        )
    return hold


def lift_hold(*, actor: Actor, hold_id: int, reason: str) -> LegalHold:
    """End a hold before its time."""
    authorise(actor, permissions.HOLD_MANAGE)
    reason = required_reason(reason)
    with transaction.atomic():
        hold = LegalHold.objects.select_for_update(of=("self",)).filter(pk=hold_id).first()
        if hold is None:
            raise NotFound(_("没有这项保全。"))
        if hold.lifted_at is not None:
            raise RuleBroken(_("这项保全已经解除。"), code="hold_lifted")
        hold.lifted_at, hold.lifted_by_id, hold.lift_reason = clock.now(), actor.user_id, reason
        hold.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
        auditing.record(actor=actor, action="privacy.hold:lift", target=f"privacy.hold:{hold.pk}", reason=reason)
    return hold


def required_reason(text: str) -> str:
    """The reason without blanks around it; raises ``InvalidInput`` for one that says nothing."""
    text = text.strip()
    if len(text) < SHORTEST_REASON:
        raise InvalidInput(
            _("请写明理由，至少 %(n)d 个字。") % {"n": SHORTEST_REASON}, field="reason", code="reason_required"
        )
    return text[:300]
