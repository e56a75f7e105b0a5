"""Given two connections at one request, when both decide, then one wins and the other hears of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from kefu.kernel.errors import Conflict, KefuError
from kefu.platform.approvals import services
from kefu.platform.approvals.choices import Mode
from kefu.platform.approvals.models import HistoryLine, Request, Seat
from kefu.platform.approvals.rules import Rule, StepSpec
from kefu.platform.approvals.tests.factories import Staff, ask, declared, step_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each in a thread of its own, begun together; what it answered or raised."""
    barrier = threading.Barrier(len(works))
    answers: list[Any] = [None] * len(works)

    def run(place: int) -> None:
        try:
            barrier.wait()
            answers[place] = works[place]()
        except KefuError as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def decide(user: Any, request: Request, verdict: str, comment: str = "") -> Callable[[], Any]:
    step = step_of(request).pk
    return lambda: services.decide(
        actor=user.as_actor(), request_id=request.pk, step=step, verdict=verdict, comment=comment
    )


def test_two_approvers_one_wins_and_the_room_hears_once(staff: Staff) -> None:
    with declared([Rule((StepSpec("both"),))]) as heard:
        for number in range(5):
            request = ask(staff, origin=f"sample.thing:{number}")
            answers = at_once(
                decide(staff.leader, request, "approve"), decide(staff.second, request, "decline", "不合适")
            )
            assert sum(isinstance(answer, Conflict) for answer in answers) == 1
            request.refresh_from_db()
            assert Seat.objects.filter(step__request=request, decided_by__isnull=False).count() == 1
            assert request.state in ("approved", "declined")
        assert len(heard) == 5


def test_a_double_tap_counts_once(staff: Staff) -> None:
    with declared() as heard:
        request = ask(staff)
        answers = at_once(*[decide(staff.leader, request, "approve")] * 3)
        assert not any(isinstance(answer, KefuError) for answer in answers)
        assert HistoryLine.objects.filter(request=request, verb="approved").count() == 1
        assert heard == []


def test_all_of_a_step_at_once_end_it_once(staff: Staff) -> None:
    with declared([Rule((StepSpec("both", Mode.ALL),))]) as heard:
        request = ask(staff)
        at_once(decide(staff.leader, request, "approve"), decide(staff.second, request, "approve"))
        request.refresh_from_db()
        assert (request.state, heard) == ("approved", [("approved", request.number)])


def test_a_withdrawal_and_a_decision_exclude_each_other(staff: Staff) -> None:
    with declared([Rule((StepSpec("leader"),))]) as heard:
        request = ask(staff)
        agent = staff.agent.as_actor()
        answers = at_once(
            decide(staff.leader, request, "approve"), lambda: services.withdraw(actor=agent, request_id=request.pk)
        )
        assert sum(isinstance(answer, KefuError) for answer in answers) == 1
        assert len(heard) == 1


def test_two_requests_on_one_thing_become_one(staff: Staff) -> None:
    with declared():
        answers = at_once(lambda: ask(staff), lambda: ask(staff))
        assert sum(isinstance(answer, Conflict) for answer in answers) == 1
        same = at_once(*[lambda: ask(staff, origin="sample.thing:2", dedupe_key="k")] * 2)
        assert {answer.pk for answer in same} == {same[0].pk}
        assert Request.objects.count() == 2
