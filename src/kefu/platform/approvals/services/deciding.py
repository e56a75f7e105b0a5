"""Decide: one's own seats and those of whom one stands in for; never what one asked for or is concerned by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput, KefuError, NotFound
from kefu.platform.access.models import User
from kefu.platform.approvals import notices, queries
from kefu.platform.approvals.choices import UNDECIDED, RequestState, SeatState, StepState, Verb, Verdict
from kefu.platform.approvals.events import RequestReturned
from kefu.platform.approvals.models import Request, Seat, Step
from kefu.platform.approvals.rules import outcome_of
from kefu.platform.approvals.services.routing import close, close_step, go_on, refresh
from kefu.platform.approvals.services.writing import audit, locked, record, require_person, tell, text
from kefu.platform.outbox import services as outbox

SAYS = {
    Verdict.APPROVE: (SeatState.APPROVED, Verb.APPROVED),
    Verdict.DECLINE: (SeatState.DECLINED, Verb.DECLINED),
    Verdict.SEND_BACK: (SeatState.RETURNED, Verb.SENT_BACK),
}
MOST_AT_ONCE = 100


def decide(*, actor: Actor, request_id: int, step: int, verdict: Verdict | str, comment: str = "") -> Request:
    """Say ``verdict`` on the step (its key) for every seat the actor may answer for.

    Saying the same again changes nothing. Declining and sending back need a reason. Raises ``Denied`` for the
    requester, the subject and everybody who does not answer for the step, and ``Conflict`` when the step has been
    decided otherwise, or by somebody else, in the meantime.
    """
    said = _verdict(verdict)
    user_id = require_person(actor)
    required = "" if said is Verdict.APPROVE else _("请写明原因，申请人会看到。")
    comment = text(comment, field="comment", required=required)
    now = clock.now()
    with transaction.atomic():
        row = locked(actor, request_id)
        place = Step.objects.filter(pk=step, request=row).first()
        if place is None:
            raise NotFound(_("没有这个审批步骤。"))
        still_asked = place.state == StepState.WAITING and queries.own_seats(user_id, row, now)
        if not still_asked and _said_before(place, user_id, SAYS[said][0]):
            return row
        _require_open(row, place)
        if user_id in queries.barred_of(row, now):
            raise Denied(_("不能审批自己提出的或与自己有关的申请，代理期间也不可以。"), code="own_request")
        refresh(row, place, now)
        _require_open(row, place)
        principals = queries.own_seats(user_id, row, now)
        if not principals:
            raise Denied(_("这一步不由您审批。"), code="not_approver")
        for principal in principals:
            _sit(row, place, actor, principal, said, comment, now)
        _settle(row, place, actor, comment, now)
    return row


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What came of one request of many: ``error`` is empty when it was approved."""

    number: str
    error: str = ""


def approve_many(*, actor: Actor, steps: Iterable[int], comment: str = "") -> list[BulkResult]:
    """Approve the chosen steps of one kind of request, each by itself and with the same checks.

    What cannot be approved is told and does not hold up the rest. Raises ``InvalidInput`` for none, too many, or
    several kinds at once.
    """
    require_person(actor)
    wanted = list(dict.fromkeys(steps))
    if not wanted:
        raise InvalidInput(_("请先勾选要批准的申请。"), field="id")
    if len(wanted) > MOST_AT_ONCE:
        raise InvalidInput(_("一次最多批准 %(n)s 个申请。") % {"n": MOST_AT_ONCE}, field="id")
    seen = queries.requests_for(actor)
    rows = list(Step.objects.filter(pk__in=wanted, request__in=seen).select_related("request").order_by("pk"))
    if len({row.request.kind for row in rows}) > 1:
        raise InvalidInput(_("一次只能批准同一种申请，请按类型筛选后再选。"), field="id", code="several_kinds")
    results = []
    for row in rows:
        try:
            decide(actor=actor, request_id=row.request_id, step=row.pk, verdict=Verdict.APPROVE, comment=comment)
        except KefuError as error:
            results.append(BulkResult(row.request.number, str(error.message)))
        else:
            results.append(BulkResult(row.request.number))
    return results


def _verdict(given: Verdict | str) -> Verdict:
    try:
        return Verdict(given)
    except ValueError:
        raise InvalidInput(_("请选择批准、驳回或退回。"), field="verdict") from None


def _said_before(step: Step, user_id: int, state: SeatState) -> bool:
    """Whether the account has said just that on the step; raises ``Conflict`` when it has said something else."""
    said = set(Seat.objects.filter(step=step, decided_by_id=user_id).values_list("state", flat=True))
    if not said:
        return False
    if said == {state}:
        return True
    before = SeatState(said.pop())
    raise Conflict(_("您已经对这一步作出决定：%(state)s。") % {"state": before.label}, code="decided_otherwise")


def _require_open(row: Request, step: Step) -> None:
    if row.state == RequestState.WAITING and step.state == StepState.WAITING:
        return
    if row.state == RequestState.WITHDRAWN:
        raise Conflict(_("申请人已经撤回这个申请。"), code="withdrawn")
    seat = Seat.objects.filter(step=step).exclude(state__in=UNDECIDED).select_related("decided_by").last()
    if seat is None or seat.decided_by is None:
        raise Conflict(_("这一步现在不需要审批，请刷新后查看。"), code="step_over")
    raise Conflict(
        _("这一步已由 %(who)s 处理：%(state)s。")
        % {"who": seat.decided_by.display_name, "state": seat.state_choice.label},
        code="step_decided",
    )


def _sit(row: Request, step: Step, actor: Actor, principal: int, said: Verdict, comment: str, now: datetime) -> None:
    state, verb = SAYS[said]
    Seat.objects.filter(step=step, principal_id=principal).update(
        state=state, decided_by_id=actor.user_id, decided_at=now
    )
    deputy = principal != actor.user_id
    record(row, verb, actor=actor, step=step, in_name_of=principal if deputy else None, note=comment)
    audit(actor, row, verb, step=step.position, in_name_of=principal if deputy else None)


def _settle(row: Request, step: Step, actor: Actor, comment: str, now: datetime) -> None:
    outcome = outcome_of(step.mode_choice, [seat.state_choice for seat in Seat.objects.filter(step=step)])
    if outcome is StepState.WAITING:
        return
    close_step(step, outcome, now)
    if outcome is StepState.APPROVED:
        go_on(row, actor, now)
    elif outcome is StepState.DECLINED:
        close(row, RequestState.DECLINED, actor, now)
    else:
        _send_back(row, actor, comment)
    row.refresh_from_db()


def _send_back(row: Request, actor: Actor, comment: str) -> None:
    row.state = RequestState.RETURNED
    row.save(update_fields=["state"])
    Step.objects.filter(request=row, round=row.round, state=StepState.PLANNED).update(state=StepState.ENDED)
    spec = row.kind_spec
    if spec is not None and spec.returned is not None:
        spec.returned(row, actor)
    outbox.publish(RequestReturned(row.pk, row.kind, row.origin), cause=f"approval:{row.pk}")
    who = User.objects.filter(pk=actor.user_id).values_list("display_name", flat=True).first()
    tell(
        [row.requester_id],
        notices.RETURNED,
        gettext_lazy("请补充：%(title)s"),
        row,
        key=f"returned:{row.round}",
        body=gettext_lazy("%(who)s 退回了申请 %(number)s，请打开查看原因。"),
        who=who or actor.label,
    )
