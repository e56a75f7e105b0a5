"""From raw lines to visits, states and facts."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db.models import Sum

from kefu.areas.calls.models import (
    AgentDay,
    AgentInterval,
    CallEvent,
    Contact,
    QueueDay,
    QueueFact,
    QueueVisit,
    RingAttempt,
    Source,
    WaitHistogram,
)
from kefu.areas.calls.services import fold_pending, refresh, take_in
from kefu.areas.calls.tests.reading import CAPTURE, CRASH, file_lines, real
from kefu.kernel.actor import Actor


def bring(source: Source, lines: list[str]) -> None:
    take_in(actor=Actor.system("test"), source=source, origin="test", lines=lines)
    fold_pending(source)
    refresh()


@pytest.mark.data
def test_the_capture_stands_in_the_tables_as_the_ground_truth_says(pbx: Source) -> None:
    bring(pbx, file_lines(real(*CAPTURE)))
    assert Counter(QueueVisit.objects.values_list("outcome", flat=True)) == {
        "answered": 26,
        "abandoned": 20,
        "timeout": 4,
        "empty": 1,
        "exit_key": 1,
        "withdrawn": 1,
    }
    assert Contact.objects.count() == 52
    assert Counter(RingAttempt.objects.values_list("result", flat=True)) == {
        "no_answer": 10,
        "cancelled": 10,
        "dumped": 8,
    }
    assert not CallEvent.objects.filter(data__caller__startswith="138").exists()
    assert QueueVisit.objects.filter(caller_token__isnull=True).count() == 0
    day = QueueDay.objects.aggregate(
        *(Sum(f) for f in ("offered", "answered", "abandoned", "handled", "transferred", "ring_no_answer"))
    )
    assert list(day.values()) == [53, 26, 20, 26, 2, 18]
    assert WaitHistogram.objects.aggregate(n=Sum("visits"))["n"] == 26
    assert QueueFact.objects.aggregate(n=Sum("offered"))["n"] == 53
    agents = AgentDay.objects.aggregate(Sum("handled"), Sum("logged_in_seconds"), Sum("ring_no_answer"))
    closed = AgentInterval.objects.filter(ended_at__isnull=False)
    assert agents["handled__sum"] == 26
    assert agents["ring_no_answer__sum"] == 18
    assert agents["logged_in_seconds__sum"] == sum(int((i.ended_at - i.started_at).total_seconds()) for i in closed)


@pytest.mark.data
def test_the_crash_closes_what_was_open_as_lost(pbx: Source) -> None:
    bring(pbx, file_lines(real(*CRASH)))
    lost = QueueVisit.objects.filter(outcome="lost").order_by("entered_at")
    assert [(v.queue.code, v.agent.code if v.agent else "", v.wait_seconds, v.talk_seconds) for v in lost] == [
        ("q-sales", "Agent/1001", 1, 5),
        ("q-complaint", "", 4, 0),
    ]
    [ongoing] = QueueVisit.objects.filter(ended_at=None)  # handed to the consulted agent; the log ends before the end
    assert (ongoing.call_key, ongoing.outcome) == ("pbx1-1795216507.19", "answered")
