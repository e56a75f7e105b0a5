"""Take a request back; pass a step up that waits for nobody who will answer."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, RuleBroken
from kefu.platform.access import services as access
from kefu.platform.approvals import queries
from kefu.platform.approvals.choices import RequestState, StepState, Verb
from kefu.platform.approvals.events import RequestWithdrawn
from kefu.platform.approvals.models import Request, Step
from kefu.platform.approvals.permissions import STEER
from kefu.platform.approvals.queries.responsible import answer_for
from kefu.platform.approvals.services.routing import close_step, seat, tell_deciders
from kefu.platform.approvals.services.submitting import own
from kefu.platform.approvals.services.writing import audit, locked, record, text
from kefu.platform.outbox import services as outbox


def withdraw(*, actor: Actor, request_id: int, reason: str = "") -> Request:
    """Take back one's own request before it is decided. One that is taken back already stays as it is."""
    reason = text(reason, field="reason", most=500)
    now = clock.now()
    with transaction.atomic():
        row = own(actor, request_id)
        if row.state == RequestState.WITHDRAWN:
            return row
        if not row.is_live:
            raise RuleBroken(
                _("申请已经是“%(state)s”，不能撤回。") % {"state": row.state_choice.label}, code="request_over"
            )
        for step in Step.objects.filter(request=row, state=StepState.WAITING):
            close_step(step, StepState.ENDED, now)
        Step.objects.filter(request=row, state=StepState.PLANNED).update(state=StepState.ENDED)
        row.state, row.closed_at = RequestState.WITHDRAWN, now
        row.save(update_fields=["state", "closed_at"])
        record(row, Verb.WITHDRAWN, actor=actor, note=reason)
        audit(actor, row, Verb.WITHDRAWN)
        spec = row.kind_spec
        if spec is not None and spec.withdrawn is not None:
            spec.withdrawn(row, actor)
        outbox.publish(RequestWithdrawn(row.pk, row.kind, row.origin), cause=f"approval:{row.pk}")
    return row


def pass_up(*, actor: Actor, request_id: int, reason: str) -> Request:
    """Let the next level answer for the step that waits, because those who should do not.

    Needs the right to steer requests of that unit; nobody passes up what they asked for or are concerned by.
    """
    reason = text(reason, field="reason", required=_("请写明为什么转到上一级。"), most=500)
    now = clock.now()
    with transaction.atomic():
        row = locked(actor, request_id)
        access.authorise(actor, STEER, node_id=row.node_id)
        barred = queries.barred_of(row, now)
        if actor.user_id in barred:
            raise Denied(_("不能调整自己提出的或与自己有关的申请。"), code="own_request")
        step = queries.waiting_step(row)
        if step is None:
            raise RuleBroken(_("这个申请现在没有待审批的步骤。"), code="step_over")
        answer = answer_for(
            step.who,
            node_id=row.node_id,
            user_id=row.subject_id or row.requester_id,
            barred=barred,
            at=now,
            above=step.asked or step.who,
        )
        if not answer.people:
            raise RuleBroken(_("没有更高一级可以审批这个申请的人。"), code="nobody_above")
        before = step.asked
        seat(row, step, answer, now)
        record(row, Verb.PASSED_UP, actor=actor, step=step, note=reason, codes={"who": before, "asked": answer.asked})
        audit(actor, row, Verb.PASSED_UP, step=step.position, asked=answer.asked)
        tell_deciders(row, step, now)
    return row
