"""Given office hours with a lunch break, when nobody answers, then each reminder and level comes once, in open hours."""

from __future__ import annotations

import pytest
import time_machine

from kefu.platform.approvals.choices import Mode
from kefu.platform.approvals.models import Step
from kefu.platform.approvals.rules import Rule, StepSpec
from kefu.platform.approvals.tests.factories import Staff, ask, declared, say, stand_in, step_of
from kefu.platform.clocks import services as clocks
from kefu.platform.clocks.models import StepRecord
from kefu.platform.clocks.tests.factories import at, make_calendar
from kefu.platform.notify.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def office(db: None) -> None:
    make_calendar()


def told() -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind__startswith="clocks.").order_by("id")
    return [(kind.rpartition(".")[2], name) for kind, name in rows.values_list("kind", "user__display_name")]


def watch(request: object, marks: list[str]) -> list[str]:
    """Tick shortly before and at each instant; at which of them something new was written down."""
    seen = []
    for mark in marks:
        before = StepRecord.objects.count()
        clocks.tick(at(mark))
        clocks.tick(at(mark))
        if StepRecord.objects.count() > before:
            seen.append(mark)
    return seen


def test_over_lunch_weekend_and_a_make_up_day_each_comes_once(staff: Staff) -> None:
    """8 working hours (7.5 a day): from Friday 9 October 16:00 the Saturday is worked, the Sunday is not."""
    with declared():
        with time_machine.travel(at("10-09T16:00"), tick=False):
            request = ask(staff)
        assert Step.objects.get(state="waiting").due_at == at("10-10T16:30")
        # 2 h on Friday, then 2 h on Saturday morning are the half; lunch is not counted.
        marks = ["10-09T18:00", "10-10T10:59", "10-10T11:00", "10-10T14:53", "10-10T14:54"]
        assert watch(request, marks) == ["10-10T11:00", "10-10T14:54"]
        assert told() == [("warned", "a-leader"), ("warned", "a-leader")]
        assert watch(request, ["10-10T16:29", "10-10T16:30"]) == ["10-10T16:30"]
        assert sorted(told()[2:]) == [("breached", "a-leader"), ("escalated", "a-leader")]
        # Four more working hours: 1.5 on Saturday, none on Sunday, the rest on Monday morning.
        assert watch(request, ["10-11T12:00", "10-12T11:29", "10-12T11:30"]) == ["10-12T11:30"]
        assert told()[4:] == [("escalated", "a-upper")]
        assert Step.objects.get(state="waiting").is_overdue
        with time_machine.travel(at("10-12T11:40"), tick=False):
            say(staff.leader, request)
        # The next level would have come at 17:00; the new step begins to warn at 17:10 only.
        assert watch(request, ["10-12T17:05"]) == []


def test_everybody_who_may_answer_is_reminded_and_deputies_too(staff: Staff) -> None:
    with declared([Rule((StepSpec("both", Mode.ALL),))]):
        with time_machine.travel(at("09-21T09:00"), tick=False):
            request = ask(staff)
            say(staff.leader, request)
            stand_in(staff.second, staff.upper, hours=72)
        assert watch(request, ["09-21T14:29", "09-21T14:30"]) == ["09-21T14:30"]
        assert sorted(told()) == [("warned", "a-second"), ("warned", "a-upper")]


def test_a_withdrawn_request_falls_silent(staff: Staff) -> None:
    from kefu.platform.approvals import services

    with declared():
        with time_machine.travel(at("09-21T09:00"), tick=False):
            request = ask(staff)
            assert step_of(request).due_at == at("09-22T09:30")
            services.withdraw(actor=staff.agent.as_actor(), request_id=request.pk)
        assert watch(request, ["09-21T18:00", "09-23T18:00"]) == []
        assert told() == []
