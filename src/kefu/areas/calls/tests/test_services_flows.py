"""The board counts by event time: an outcome belongs to the quarter in which it came to pass."""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kefu.areas.calls.models import QueueFact, QueueFlow, QueueVisit, Source, TeamFlow
from kefu.areas.calls.services import LastWeek, fold_days, fold_pending, publish_wall, refresh, take_in
from kefu.areas.calls.services.live import sums
from kefu.areas.calls.tests.logs import BASE, lawful_log
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.platform.live.models import Snapshot

SYSTEM = Actor.system("test")
ZONE = "Asia/Shanghai"
DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 6, 20, tzinfo=UTC)  # 14:20 in Shanghai: quarter 57
MIDNIGHT = datetime(2026, 11, 19, 16, 0, tzinfo=UTC)
LINES = ("offered", "answered", "answered_within", "abandoned", "wait_answered_seconds")


def at(instant: datetime, text: str) -> str:
    return f"{int(instant.timestamp())}|{text}"


def clocked(hour: int, minute: int, second: int = 0) -> datetime:
    """An instant of the day, by the clock in Shanghai."""
    return MIDNIGHT + timedelta(hours=hour, minutes=minute, seconds=second)


def bring(source: Source, *lines: str) -> None:
    take_in(actor=SYSTEM, source=source, origin="test", lines=list(lines))
    fold_pending(source)
    refresh()


def today() -> dict[tuple[date, int], dict[str, int]]:
    """(day, quarter) → what is not zero, over all queues and both days."""
    found: dict[tuple[date, int], Counter[str]] = defaultdict(Counter)
    for day in (DAY - timedelta(days=1), DAY):
        for (_queue, of_day, slot), values in sums.today(day).queues.items():
            found[of_day, slot].update(values)
    return {key: {n: v for n, v in counts.items() if v} for key, counts in found.items() if any(counts.values())}


def totals() -> dict[str, Any]:
    """The numbers of the whole centre, as published."""
    found: dict[str, Any] = json.loads(Snapshot.objects.get(topic="calls.wall.all").body)["totals"]["metrics"]
    return found


def test_a_call_that_enters_in_one_quarter_and_is_answered_in_the_next(pbx: Source) -> None:
    bring(
        pbx,
        at(clocked(14, 14, 50), "c1|q|NONE|ENTERQUEUE||13800000001|1|"),
        at(clocked(14, 14, 55), "c2|q|NONE|ENTERQUEUE||13800000002|2|"),
    )
    assert today() == {(DAY, 56): {"offered": 2}}
    bring(
        pbx,
        at(clocked(14, 15, 5), "c1|q|a1|CONNECT|15|x|3"),
        at(clocked(14, 16, 0), "c2|q|NONE|ABANDON|1|1|65"),
    )
    assert today() == {
        (DAY, 56): {"offered": 2},
        (DAY, 57): {"answered": 1, "answered_within": 1, "abandoned": 1, "wait_answered_seconds": 15},
    }
    [official] = QueueFact.objects.all()
    assert (official.local_slot, official.offered, official.answered, official.abandoned) == (56, 2, 1, 1)
    assert not TeamFlow.objects.exists()  # nobody has finished a conversation
    bring(pbx, at(clocked(14, 31, 0), "c1|q|a1|COMPLETECALLER|15|955|1"))
    [ended] = TeamFlow.objects.all()
    assert (ended.event_slot, ended.handled, ended.talk_seconds) == (58, 1, 955)
    assert today()[DAY, 57]["answered"] == 1


def test_a_rate_may_exceed_a_hundred_percent_after_midnight(pbx: Source) -> None:
    bring(
        pbx,
        at(clocked(0, 0, -30), "c1|q|NONE|ENTERQUEUE||13800000001|1|"),
        at(clocked(0, 0, -20), "c2|q|NONE|ENTERQUEUE||13800000002|1|"),
        at(clocked(0, 0, 10), "c1|q|a1|CONNECT|40|x|3"),
        at(clocked(0, 0, 15), "c3|q|NONE|ENTERQUEUE||13800000003|1|"),
        at(clocked(0, 0, 20), "c3|q|a2|CONNECT|5|x|3"),
        at(clocked(0, 1, 0), "c1|q|a1|COMPLETECALLER|40|50|1"),
        at(clocked(0, 2, 0), "c2|q|NONE|ABANDON|1|1|140"),
        at(clocked(0, 3, 20), "c3|q|a2|COMPLETECALLER|5|180|1"),
    )
    yesterday = DAY - timedelta(days=1)
    assert today() == {
        (yesterday, 95): {"offered": 2},
        (DAY, 0): {
            "offered": 1, "answered": 2, "answered_within": 1, "abandoned": 1, "wait_answered_seconds": 45,
        },
    }  # fmt: skip
    publish_wall(clocked(0, 10))
    shown = {code: (number["numerator"], number["denominator"]) for code, number in totals().items()}
    assert shown["answer_rate"] == (2, 1)
    assert shown["service_level.f3"] == (1, 3)
    assert shown["abandon_rate"] == (1, 1)
    assert shown["aht"] == (230, 2)
    assert shown["offered"] == (1, None)


def test_the_comparison_is_by_event_time_up_to_the_running_quarter(pbx: Source) -> None:
    before = timedelta(days=7)
    bring(
        pbx,
        at(clocked(13, 50) - before, "c1|q|NONE|ENTERQUEUE||13800000001|1|"),
        at(clocked(13, 50, 9) - before, "c1|q|a1|CONNECT|9|x|3"),
        at(clocked(13, 55) - before, "c1|q|a1|COMPLETECALLER|9|291|1"),
        at(clocked(14, 10) - before, "c2|q|NONE|ENTERQUEUE||13800000002|1|"),
        at(clocked(14, 14) - before, "c3|q|NONE|ENTERQUEUE||13800000003|2|"),
        at(clocked(14, 16) - before, "c2|q|a1|CONNECT|360|x|3"),
        at(clocked(14, 17) - before, "c3|q|NONE|ABANDON|1|1|180"),
        at(clocked(14, 25) - before, "c2|q|a1|COMPLETECALLER|360|540|1"),
    )
    publish_wall(NOW)
    past = {code: number["previous"] for code, number in totals().items()}
    assert past["offered"]["numerator"] == 3
    assert (past["answer_rate"]["numerator"], past["answer_rate"]["denominator"]) == (1, 3)
    assert (past["service_level.f3"]["numerator"], past["service_level.f3"]["denominator"]) == (1, 1)
    assert (past["aht"]["numerator"], past["aht"]["denominator"]) == (291, 1)
    publish_wall(NOW + timedelta(minutes=11))  # 14:31: last week's quarter of 14:15 is over
    past = {code: number["previous"] for code, number in totals().items()}
    assert (past["service_level.f3"]["numerator"], past["service_level.f3"]["denominator"]) == (1, 3)
    assert (past["aht"]["numerator"], past["aht"]["denominator"]) == (831, 2)


def test_late_lines_move_an_outcome_and_a_rebuild_leaves_it(pbx: Source) -> None:
    bring(
        pbx,
        at(clocked(14, 1), "c1|q|NONE|ENTERQUEUE||13800000001|1|"),
        at(clocked(14, 20), "c1|q|a1|CONNECT|1140|x|3"),
        at(clocked(14, 21), "c1|q|a1|COMPLETECALLER|1140|60|1"),
    )
    assert {key: "answered" in value for key, value in today().items()} == {(DAY, 56): False, (DAY, 57): True}
    # what came late says that the caller had left long before, and that somebody else waited
    bring(
        pbx,
        at(clocked(14, 2), "c0|q|NONE|ENTERQUEUE||13800000009|1|"),
        at(clocked(14, 16), "c0|q|NONE|ABANDON|1|1|840"),
    )
    wanted = {
        (DAY, 56): {"offered": 2},
        (DAY, 57): {"answered": 1, "wait_answered_seconds": 1140, "abandoned": 1},
    }
    assert today() == wanted
    fold_days(pbx, DAY, DAY)
    refresh()
    assert today() == wanted
    assert QueueFlow.objects.count() == 1  # both entered in one quarter and left in another


def test_last_week_is_kept_for_a_minute_and_read_anew_with_the_quarter(pbx: Source) -> None:
    kept = LastWeek()
    assert kept.upto(DAY, 57, NOW).queues == {}
    before = clocked(9, 0) - timedelta(days=7)
    bring(pbx, at(before, "c1|q|NONE|ENTERQUEUE||1|1|"), at(before + timedelta(seconds=9), "c1|q|NONE|ABANDON|1|1|9"))
    assert kept.upto(DAY, 57, NOW + timedelta(seconds=59)).queues == {}
    assert len(kept.upto(DAY, 57, NOW + timedelta(seconds=60)).queues) == 1
    assert len(LastWeek().upto(DAY, 57, NOW).queues) == 1


def recounted(day: date) -> dict[tuple[int, int], dict[str, int]]:
    """(queue, quarter) → counts of a day by event time: every visit looked at, one by one."""
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: dict.fromkeys(LINES, 0))
    for visit in QueueVisit.objects.all():
        if clock.local_date(visit.entered_at, ZONE) == day:
            found[visit.queue_id, clock.local_slot(visit.entered_at, ZONE)]["offered"] += 1
        if visit.outcome == "answered" and clock.local_date(visit.answered_at, ZONE) == day:
            cell = found[visit.queue_id, clock.local_slot(visit.answered_at, ZONE)]
            cell["answered"] += 1
            cell["answered_within"] += visit.wait_seconds <= visit.target_seconds
            cell["wait_answered_seconds"] += visit.wait_seconds
        if visit.outcome == "abandoned" and clock.local_date(visit.ended_at, ZONE) == day:
            found[visit.queue_id, clock.local_slot(visit.ended_at, ZONE)]["abandoned"] += 1
    return dict(found)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    restart=st.booleans(),
    cuts=st.lists(st.floats(0, 1), max_size=3),
    order=st.integers(0, 10**6),
    edge=st.sampled_from([MIDNIGHT, clocked(14, 15), clocked(23, 45)]),
    before=st.integers(1, 80),
)
def test_any_delivery_gives_the_same_counts_as_looking_at_every_visit(
    pbx: Source, seed: int, restart: bool, cuts: list[float], order: int, edge: datetime, before: int
) -> None:
    shift = int(edge.timestamp()) - before - BASE
    lines = list(dict.fromkeys(lawful_log(seed, calls=12, restart=restart)))
    lines = [f"{int(line[:10]) + shift}{line[10:]}" for line in lines]
    rng = random.Random(order)
    bounds = sorted({0, len(lines), *(int(cut * len(lines)) for cut in cuts)})
    pieces = [lines[max(a - rng.randrange(6), 0) : b] for a, b in itertools.pairwise(bounds)]
    pieces = [piece for piece in pieces if len({line[:10] for line in piece}) > 1]
    rng.shuffle(pieces)
    with transaction.atomic():
        for piece in [*pieces, lines]:
            take_in(actor=SYSTEM, source=pbx, origin="test", lines=piece)
            fold_pending(pbx)
            if rng.random() < 0.7:
                refresh()
        refresh()
        for day in {clock.local_date(edge, ZONE) - timedelta(days=1), clock.local_date(edge, ZONE)}:
            counted = {
                (queue, slot): {name: values[name] for name in LINES}
                for (queue, _day, slot), values in sums.today(day).queues.items()
            }
            assert counted == recounted(day)
        transaction.set_rollback(True)
