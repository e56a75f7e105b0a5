"""Given a chain, when people decide, then the request goes its way and the room hears of the end once."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotFound, RuleBroken
from kefu.platform.approvals import queries, services
from kefu.platform.approvals.choices import RequestState, StepState
from kefu.platform.approvals.models import ChainVersion, HistoryLine, Request, Seat, Step
from kefu.platform.approvals.rules import Rule, StepSpec
from kefu.platform.approvals.tests.factories import (
    KIND,
    SYSTEM,
    Staff,
    answering,
    ask,
    declared,
    say,
    stand_in,
    step_of,
)
from kefu.platform.audit.models import AuditEntry
from kefu.platform.clocks.models import Clock
from kefu.platform.notify.models import Notice
from kefu.platform.outbox.models import StoredEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("heard")]


def verbs(request: Request) -> list[str]:
    return list(HistoryLine.objects.filter(request=request).order_by("id").values_list("verb", flat=True))


def waiting(user: object) -> list[str]:
    return list(queries.waiting_for(user.pk).values_list("number", flat=True))  # type: ignore[attr-defined]


def test_a_request_goes_from_step_to_step_to_its_end(staff: Staff, heard: list[tuple[str, str]]) -> None:
    request = ask(staff)
    assert request.number.startswith("A")
    assert (waiting(staff.leader), waiting(staff.officer)) == ([request.number], [])
    say(staff.leader, request, comment="情况属实")
    assert (request.state, waiting(staff.leader), waiting(staff.officer)) == ("waiting", [], [request.number])
    assert heard == []
    say(staff.officer, request)
    assert request.state == RequestState.APPROVED
    assert heard == [("approved", request.number)]
    assert verbs(request) == ["submitted", "opened", "approved", "opened", "approved"]
    assert [c.status for c in Clock.objects.filter(kind="approvals.answer").order_by("id")] == ["met", "met"]
    assert list(Notice.objects.filter(kind="approvals.to_decide").order_by("id").values_list("user_id", flat=True)) == [
        staff.leader.pk,
        staff.officer.pk,
    ]
    assert Notice.objects.get(kind="approvals.decided").user_id == staff.agent.pk
    codes = list(
        StoredEvent.objects.filter(code__startswith="approvals.").order_by("id").values_list("code", flat=True)
    )
    assert codes == ["approvals.submitted", "approvals.decided"]
    assert AuditEntry.objects.filter(action="approvals.request:approved").count() == 2


def test_a_reason_is_needed_to_decline_and_the_rest_of_the_route_ends(
    staff: Staff, heard: list[tuple[str, str]]
) -> None:
    request = ask(staff)
    with pytest.raises(InvalidInput):
        say(staff.leader, request, "decline", "  ")
    assert step_of(request).state == StepState.WAITING
    say(staff.leader, request, "decline", "号码有误")
    assert request.state == RequestState.DECLINED
    assert heard == [("declined", request.number)]
    assert waiting(staff.officer) == []


def test_sent_back_and_submitted_again_begins_the_same_chain_anew(staff: Staff, heard: list[tuple[str, str]]) -> None:
    request = ask(staff)
    say(staff.leader, request, "send_back", "请附上证明")
    assert (request.state, heard) == ("returned", [("returned", request.number)])
    with pytest.raises(Denied):
        services.resubmit(actor=staff.leader.as_actor(), request_id=request.pk, comment="x")
    with pytest.raises(InvalidInput):
        services.resubmit(actor=staff.agent.as_actor(), request_id=request.pk, comment="")
    services.resubmit(actor=staff.agent.as_actor(), request_id=request.pk, comment="已补充", payload={"token": "ab"})
    request.refresh_from_db()
    assert (request.state, request.round, request.payload) == ("waiting", 1, {"token": "ab"})
    with pytest.raises(RuleBroken):
        services.resubmit(actor=staff.agent.as_actor(), request_id=request.pk, comment="再次")
    say(staff.leader, request)
    say(staff.officer, request)
    assert request.state == RequestState.APPROVED


def test_the_requester_withdraws_once_and_nobody_else_does(staff: Staff, heard: list[tuple[str, str]]) -> None:
    request = ask(staff)
    with pytest.raises(Denied):
        services.withdraw(actor=staff.leader.as_actor(), request_id=request.pk)
    with pytest.raises(NotFound):
        services.withdraw(actor=staff.stranger.as_actor(), request_id=request.pk)
    request.refresh_from_db()
    assert request.state == RequestState.WAITING
    step = step_of(request)
    for _ in range(2):
        services.withdraw(actor=staff.agent.as_actor(), request_id=request.pk, reason="填错了")
    request.refresh_from_db()
    assert (request.state, heard) == ("withdrawn", [("withdrawn", request.number)])
    assert Clock.objects.get().status == "cancelled"
    with pytest.raises(Conflict):
        say(staff.leader, request, step=step.pk)
    assert verbs(request) == ["submitted", "opened", "withdrawn"]


def test_deciding_twice_changes_nothing_and_deciding_otherwise_is_a_conflict(
    staff: Staff, heard: list[tuple[str, str]]
) -> None:
    request = ask(staff)
    step = step_of(request).pk
    say(staff.leader, request, step=step)
    before = verbs(request)
    say(staff.leader, request, step=step)
    assert verbs(request) == before
    with pytest.raises(Conflict) as caught:
        say(staff.leader, request, "decline", "改主意了", step=step)
    assert caught.value.code == "decided_otherwise"
    assert (verbs(request), heard) == (before, [])


def test_any_one_is_enough_and_the_others_are_told_who_was_first(staff: Staff) -> None:
    with declared([Rule((StepSpec("both"),))]) as heard:
        request = ask(staff)
        step = step_of(request).pk
        say(staff.second, request)
        assert heard == [("approved", request.number)]
        with pytest.raises(Conflict) as caught:
            say(staff.leader, request, step=step)
        assert "a-second" in str(caught.value)
        assert dict(Seat.objects.values_list("principal_id", "state")) == {
            staff.leader.pk: "spared",
            staff.second.pk: "approved",
        }


def test_all_must_approve_and_one_decline_ends_it(staff: Staff) -> None:
    from kefu.platform.approvals.choices import Mode

    with declared([Rule((StepSpec("both", Mode.ALL),))]) as heard:
        request = ask(staff)
        say(staff.leader, request)
        assert (request.state, heard, waiting(staff.leader)) == ("waiting", [], [])
        assert waiting(staff.second) == [request.number]
        say(staff.second, request)
        other = ask(staff, origin="sample.thing:2")
        say(staff.leader, other)
        say(staff.second, other, "decline", "不合适")
        assert [word for word, _number in heard] == ["approved", "declined"]


def test_a_deputy_decides_in_the_name_of_the_principal_and_it_is_said(staff: Staff) -> None:
    stand_in(staff.leader, staff.other)
    request = ask(staff)
    assert (waiting(staff.other), waiting(staff.leader)) == ([request.number], [request.number])
    assert set(Notice.objects.filter(kind="approvals.to_decide").values_list("user_id", flat=True)) == {
        staff.leader.pk,
        staff.other.pk,
    }
    step = step_of(request).pk
    say(staff.other, request, comment="代为审批")
    seat = Seat.objects.get(step_id=step)
    assert (seat.principal_id, seat.decided_by_id, seat.is_by_deputy) == (staff.leader.pk, staff.other.pk, True)
    line = HistoryLine.objects.get(request=request, verb="approved")
    assert (line.actor_id, line.in_name_of_id) == (staff.other.pk, staff.leader.pk)
    assert AuditEntry.objects.get(action="approvals.request:approved").after["in_name_of"] == staff.leader.pk
    with pytest.raises(Conflict):
        say(staff.leader, request, step=step)


@pytest.mark.parametrize("way", ["leader_for_requester", "requester_for_leader"])
def test_a_delegation_between_requester_and_leader_sends_it_a_level_up(staff: Staff, way: str) -> None:
    pair = (staff.agent, staff.leader) if way == "leader_for_requester" else (staff.leader, staff.agent)
    stand_in(*pair)
    request = ask(staff)
    assert (waiting(staff.agent), waiting(staff.leader)) == ([], [])
    assert waiting(staff.upper) == [request.number]
    assert verbs(request) == ["submitted", "opened", "passed_up"]
    for user in (staff.agent, staff.leader):
        with pytest.raises((Denied, NotFound)):
            say(user, request)
    assert step_of(request).state == StepState.WAITING


def test_a_delegation_that_begins_later_bars_at_its_minute(staff: Staff) -> None:
    request = ask(staff)
    stand_in(staff.agent, staff.leader)
    assert waiting(staff.leader) == []
    with pytest.raises(Denied) as caught:
        say(staff.leader, request)
    assert caught.value.code == "own_request"
    assert services.check_seats(now_later()) == 1
    assert waiting(staff.upper) == [request.number]


def now_later() -> object:
    from datetime import timedelta

    from kefu.kernel import clock

    return clock.now() + timedelta(minutes=2)


def test_neither_requester_nor_subject_decides_whatever_the_chain_says(staff: Staff) -> None:
    request = ask(staff, by=staff.leader, subject_user_id=staff.other.pk)
    assert waiting(staff.upper) == [request.number]
    for user in (staff.leader, staff.other):
        with pytest.raises(Denied):
            say(user, request)
    mine = ask(staff, by=staff.agent, origin="sample.thing:2", subject_user_id=staff.leader.pk)
    assert waiting(staff.leader) == []
    assert mine.number in waiting(staff.upper)


def test_the_database_refuses_a_decision_of_one_s_own(staff: Staff) -> None:
    request = ask(staff)
    with pytest.raises(DatabaseError), transaction.atomic():
        Seat.objects.create(
            step=step_of(request),
            principal=staff.agent,
            state="approved",
            decided_by=staff.agent,
            decided_at=request.created_at,
        )
    line = HistoryLine.objects.filter(request=request)[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        HistoryLine.objects.filter(pk=line.pk).update(verb="approved")
    with pytest.raises(DatabaseError), transaction.atomic():
        ChainVersion.objects.all().delete()
    HistoryLine.objects.filter(pk=line.pk).update(note="")


def test_a_vacant_post_sends_it_up_level_by_level_and_never_gets_stuck(staff: Staff) -> None:
    staff.answers["leader"] = []
    first = ask(staff)
    assert step_of(first).asked == "upper_leader"
    staff.answers["upper_leader"] = []
    second = ask(staff, origin="sample.thing:2")
    assert step_of(second).asked == "people_officer"
    line = HistoryLine.objects.get(request=second, verb="passed_up")
    assert line.codes == {"who": "leader", "asked": "people_officer", "people": [staff.officer.pk]}
    staff.answers["people_officer"] = []
    third = ask(staff, origin="sample.thing:3")
    assert step_of(third).asked == ""
    staff.answers["leader"] = [staff.second]
    assert services.check_seats(now_later()) >= 1
    assert waiting(staff.second)[-1:] == [third.number] or third.number in waiting(staff.second)


def test_whoever_leaves_the_post_leaves_the_step(staff: Staff) -> None:
    request = ask(staff)
    staff.answers["leader"] = [staff.second]
    with pytest.raises(Denied):
        say(staff.leader, request)
    assert services.check_seats(now_later()) == 1
    assert (waiting(staff.leader), waiting(staff.second)) == ([], [request.number])
    assert verbs(request)[-1] == "reassigned"
    assert services.check_seats(now_later()) == 0


def test_a_step_is_left_out_for_its_own_holder_but_somebody_else_always_decides(staff: Staff) -> None:
    rules = [Rule((StepSpec("leader", skips_requester=True), StepSpec("upper_leader", skips_requester=True)))]
    with declared(rules):
        request = ask(staff, by=staff.leader, subject_user_id=staff.agent.pk)
        assert verbs(request) == ["submitted", "skipped", "opened"]
        assert waiting(staff.upper) == [request.number]
        staff.answers["upper_leader"] = [staff.leader]
        other = ask(staff, by=staff.leader, origin="sample.thing:2", subject_user_id=staff.agent.pk)
        assert verbs(other) == ["submitted", "skipped", "opened", "passed_up"]
        assert step_of(other).asked == "people_officer"


def test_a_running_request_keeps_its_chain(staff: Staff) -> None:
    request = ask(staff)
    services.change_chain(actor=SYSTEM, kind=KIND, rules=[Rule((StepSpec("leader"),))], reason="简化")
    newer = ask(staff, origin="sample.thing:2")
    say(staff.leader, newer)
    say(staff.leader, request)
    assert (request.state, newer.state) == ("waiting", "approved")
    assert (request.chain.version, newer.chain.version) == (1, 2)


def test_submitting_is_idempotent_by_key_and_single_by_origin(staff: Staff) -> None:
    first = ask(staff, dedupe_key="k1")
    assert ask(staff, dedupe_key="k1").pk == first.pk
    with pytest.raises(Conflict) as caught:
        ask(staff)
    assert caught.value.code == "already_requested"
    assert Request.objects.count() == 1
    services.withdraw(actor=staff.agent.as_actor(), request_id=first.pk)
    assert ask(staff).pk != first.pk


def test_what_the_room_refuses_undoes_the_decision(staff: Staff) -> None:
    def refuse(request: Request, actor: Actor) -> None:
        raise RuleBroken("资料已被修改")

    with declared([Rule((StepSpec("leader"),))], approved=refuse):
        request = ask(staff)
        with pytest.raises(RuleBroken):
            say(staff.leader, request)
        assert (request.state, Seat.objects.get().state, Clock.objects.get().status) == (
            "waiting",
            "waiting",
            "running",
        )
        assert verbs(request) == ["submitted", "opened"]


def test_strangers_and_bounded_tokens_are_refused_and_nothing_changes(staff: Staff) -> None:
    request = ask(staff)
    before = verbs(request)
    with pytest.raises(NotFound):
        say(staff.stranger, request)
    token = Actor(kind=ActorKind.TOKEN, label="t", user_id=staff.leader.pk, token_id=1, permissions=frozenset())
    with pytest.raises(Denied):
        services.decide(actor=token, request_id=request.pk, step=step_of(request).pk, verdict="approve")
    with pytest.raises(Denied):
        services.submit(actor=token, kind=KIND, origin="x:1", title="x")
    assert queries.requests_for(token).count() == 0
    assert (verbs(request), Seat.objects.get().state, Request.objects.count()) == (before, "waiting", 1)


def test_many_are_approved_each_by_itself(staff: Staff) -> None:
    mine = [ask(staff, origin=f"sample.thing:{n}") for n in range(3)]
    own = ask(staff, by=staff.leader, origin="sample.thing:9")
    steps = [step_of(request).pk for request in [*mine, own]]
    results = services.approve_many(actor=staff.leader.as_actor(), steps=steps)
    assert [bool(result.error) for result in results] == [False, False, False, True]
    assert Step.objects.filter(state="approved").count() == 3
    with declared(), declared_other():
        other = ask(staff, origin="sample.thing:10", kind="sample.other")
        with pytest.raises(InvalidInput) as caught:
            services.approve_many(
                actor=staff.leader.as_actor(), steps=[step_of(other).pk, step_of(ask(staff, origin="x:1")).pk]
            )
        assert caught.value.code == "several_kinds"
    with pytest.raises(InvalidInput):
        services.approve_many(actor=staff.leader.as_actor(), steps=[])


def declared_other() -> object:
    from contextlib import contextmanager

    from kefu.platform.approvals.registry import APPROVAL_KINDS, approval_kind

    @contextmanager
    def run() -> object:  # type: ignore[misc]
        approval_kind("sample.other", "其他")
        try:
            yield
        finally:
            APPROVAL_KINDS._items.pop("sample.other")

    return run()


def test_passing_up_by_hand_needs_the_right_and_finds_the_next_level(staff: Staff) -> None:
    request = ask(staff)
    with pytest.raises(Denied):
        services.pass_up(actor=staff.leader.as_actor(), request_id=request.pk, reason="休假")
    services.pass_up(actor=SYSTEM, request_id=request.pk, reason="长期休假")
    assert (waiting(staff.leader), waiting(staff.upper)) == ([], [request.number])
    services.check_seats(now_later())  # type: ignore[arg-type]
    assert waiting(staff.upper) == [request.number]


def test_the_answers_of_the_tests_are_taken_back(staff: Staff) -> None:
    with answering(staff):
        pass
    assert ask(staff).state == "waiting"
