"""From step to step: who sits on it, its clock, a word to those who may answer, and the end of the route."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy

from kefu.kernel.actor import Actor
from kefu.platform.access.models import User
from kefu.platform.approvals import notices, queries
from kefu.platform.approvals.choices import RequestState, SeatState, StepState, Verb
from kefu.platform.approvals.events import RequestDecided
from kefu.platform.approvals.models import Request, Seat, Step
from kefu.platform.approvals.queries.responsible import Answer, answer_for
from kefu.platform.approvals.registry import LIMIT
from kefu.platform.approvals.rules import StepSpec, may_skip, outcome_of
from kefu.platform.approvals.services.writing import SYSTEM, address, record, tell
from kefu.platform.clocks import queries as clock_queries
from kefu.platform.clocks import services as clocks
from kefu.platform.outbox import services as outbox


def plan(row: Request, steps: Sequence[StepSpec]) -> None:
    """Write down the route of the present round."""
    Step.objects.bulk_create(
        Step(
            request=row,
            round=row.round,
            position=position,
            who=spec.who,
            mode=spec.mode,
            skips_requester=spec.skips_requester,
        )
        for position, spec in enumerate(steps)
    )


def go_on(row: Request, actor: Actor, now: datetime) -> None:
    """Open the next step of the (locked) request, or end it as approved when there is none."""
    steps = list(Step.objects.filter(request=row, round=row.round).order_by("position"))
    barred = queries.barred_of(row, now)
    for step in steps:
        if step.state != StepState.PLANNED:
            continue
        answer = _ask(row, step.who, barred, now)
        spec = StepSpec(step.who, step.mode_choice, step.skips_requester)
        if may_skip(
            spec,
            requester_answers=row.requester_id is not None and row.requester_id in answer.named,
            later_steps=sum(other.position > step.position for other in steps),
            decided_before=any(other.state == StepState.APPROVED for other in steps),
        ):
            step.state, step.closed_at = StepState.SKIPPED, now
            step.save(update_fields=["state", "closed_at"])
            record(row, Verb.SKIPPED, step=step, codes={"who": step.who})
            continue
        _open(row, step, answer, now)
        return
    close(row, RequestState.APPROVED, actor, now)


def close(row: Request, state: RequestState, actor: Actor, now: datetime) -> None:
    """End the request as decided: tell the requester and let the room act, all in this transaction."""
    row.state, row.closed_at = state, now
    row.save(update_fields=["state", "closed_at"])
    spec = row.kind_spec
    follow = None
    if spec is not None:
        follow = spec.approved if state is RequestState.APPROVED else spec.declined
    if follow is not None:
        follow(row, actor)
    outbox.publish(RequestDecided(row.pk, row.kind, row.origin, state.value), cause=f"approval:{row.pk}")
    title = gettext_lazy("已批准：%(title)s") if state is RequestState.APPROVED else gettext_lazy("已驳回：%(title)s")
    tell([row.requester_id], notices.DECIDED, title, row, key="decided", body=gettext_lazy("申请编号 %(number)s"))


def close_step(step: Step, state: StepState, now: datetime) -> None:
    """The step is over: those who have not answered need not any more, and its clock stops."""
    step.state, step.closed_at = state, now
    step.save(update_fields=["state", "closed_at"])
    Seat.objects.filter(step=step, state=SeatState.WAITING).update(state=SeatState.SPARED)
    running = clock_queries.live_clock(LIMIT, step.clock_origin)
    if running is None:
        return
    if state is StepState.ENDED:
        clocks.cancel(clock_id=running.pk, reason="withdrawn", at=now)
    else:
        clocks.stop(clock_id=running.pk, at=now)


def refresh(row: Request, step: Step, now: datetime) -> bool:
    """Compare the seats of the (locked) request's waiting step with who is responsible now; whether they changed.

    Whoever no longer answers for it leaves, whoever does so now joins; where nobody is left it goes up a level.
    """
    answer = _ask(row, step.asked or step.who, queries.barred_of(row, now), now)
    if not answer.people and step.asked:
        answer = _ask(row, step.who, queries.barred_of(row, now), now)
    changed = seat(row, step, answer, now)
    tell_deciders(row, step, now)
    states = [each.state_choice for each in Seat.objects.filter(step=step)]
    if changed and outcome_of(step.mode_choice, states) is StepState.APPROVED:
        close_step(step, StepState.APPROVED, now)
        go_on(row, SYSTEM, now)
    return changed


def seat(row: Request, step: Step, answer: Answer, now: datetime) -> bool:
    """Let exactly the people of ``answer`` wait on the step; whether anybody came or went. Decided seats stay."""
    seats = {each.principal_id: each for each in Seat.objects.filter(step=step)}
    waiting = {pk for pk, each in seats.items() if each.state == SeatState.WAITING}
    leaving = waiting - set(answer.people)
    coming = [pk for pk in answer.people if pk not in seats or seats[pk].state == SeatState.LEFT]
    passed_up = answer.asked != step.asked and answer.asked != step.who
    if leaving:
        Seat.objects.filter(step=step, principal_id__in=leaving).update(state=SeatState.LEFT)
    for person in coming:
        Seat.objects.update_or_create(step=step, principal_id=person, defaults={"state": SeatState.WAITING})
    first = step.checked_at is None
    if passed_up and (coming or not answer.people):
        codes = {"who": step.asked or step.who, "asked": answer.asked, "people": list(answer.people)}
        if first or step.asked:
            record(row, Verb.PASSED_UP, step=step, codes=codes)
    elif (leaving or coming) and not first:
        record(row, Verb.REASSIGNED, step=step, codes={"asked": answer.asked, "people": list(answer.people)})
    step.asked, step.checked_at = answer.asked, now
    step.save(update_fields=["asked", "checked_at"])
    if leaving or coming:
        _hand_clock(row, step, answer)
    return bool(leaving or coming)


def tell_deciders(row: Request, step: Step, now: datetime) -> None:
    """Tell those who may answer for the step and have not been told: also deputies whose delegation has begun."""
    fresh = [person for person in queries.deciders_of(step, now) if person not in step.told]
    if not fresh:
        return
    step.told = [*step.told, *fresh]
    step.save(update_fields=["told"])
    tell(
        fresh,
        notices.TO_DECIDE,
        gettext_lazy("待审批：%(title)s"),
        row,
        key=f"step:{step.pk}",
        body=gettext_lazy("%(who)s，申请编号 %(number)s"),
        who=row.requester.display_name if row.requester is not None else "",
    )


def _ask(row: Request, code: str, barred: Collection[int], now: datetime) -> Answer:
    return answer_for(code, node_id=row.node_id, user_id=row.subject_id or row.requester_id, barred=barred, at=now)


def _open(row: Request, step: Step, answer: Answer, now: datetime) -> None:
    step.state, step.opened_at = StepState.WAITING, now
    step.save(update_fields=["state", "opened_at"])
    record(row, Verb.OPENED, step=step, codes={"who": step.who})
    owner, place = _clock_owner(row, answer)
    clocks.start(
        kind=LIMIT,
        origin=step.clock_origin,
        title=row.title,
        url=address(row),
        node_id=place,
        owner_id=owner,
        at=now,
    )
    seat(row, step, answer, now)
    tell_deciders(row, step, now)


def _hand_clock(row: Request, step: Step, answer: Answer) -> None:
    running = clock_queries.live_clock(LIMIT, step.clock_origin)
    if running is not None:
        clocks.change_owner(clock_id=running.pk, owner_id=_clock_owner(row, answer)[0])


def _clock_owner(row: Request, answer: Answer) -> tuple[int | None, int | None]:
    """The first of those who answer, and their own unit: an answer that does not come is a matter of their leaders."""
    first = User.objects.filter(pk=answer.people[0]).first() if answer.people else None
    return (first.pk, first.home_node_id or row.node_id) if first is not None else (None, row.node_id)
