"""The demonstration's calls: what the facts say is what was simulated, directly loaded or through the raw log."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from kefu.areas.calls import demo, services
from kefu.areas.calls.choices import SourceKind
from kefu.areas.calls.engine.simulation.canonical import to_canonical
from kefu.areas.calls.engine.simulation.floor import simulate_day
from kefu.areas.calls.engine.simulation.player import lines_between, midnight
from kefu.areas.calls.engine.simulation.sample import QUEUES, SEED, sample_centre
from kefu.areas.calls.models import AgentDay, AgentInterval, Queue, QueueDay, QueueVisit, Source
from kefu.areas.people.tests.factories import SmallCentre, make_centre
from kefu.kernel import clock
from kefu.kernel.errors import RuleBroken

pytestmark = pytest.mark.django_db
TZ = clock.DEFAULT_ZONE
NOW = datetime(2026, 11, 18, 9, 20, tzinfo=clock.zone(TZ))


@pytest.fixture
def centre() -> SmallCentre:
    return make_centre()


def nodes(centre: SmallCentre) -> dict[str, Any]:
    return {"east": centre.east.node, "west": centre.west.node}


def load(source: Source, days: list[date], last: date) -> None:
    """What the processes of a build do, one after the other."""
    services.open_history(actor=demo.SYSTEM, source=source, days=days)
    for day in days:
        demo.load_days(source.pk, [day], last)
    demo.join_states(source.pk, days)
    demo.join_calls(source.pk, days)


def test_ninety_days_end_now() -> None:
    span = demo.Span.until(NOW, TZ)
    assert (len(span.history), (span.today - span.first).days, (span.today - span.raw_from).days) == (89, 90, 1)


def test_a_day_of_history_is_in_the_facts(centre: SmallCentre) -> None:
    source = demo.prepare(nodes(centre), TZ)
    day = demo.Span.until(NOW, TZ).history[-1]
    load(source, [day], last=day + timedelta(days=1))
    demo.count_days(source.pk, [day, day + timedelta(days=1)])
    visits, intervals = to_canonical(simulate_day(sample_centre(), day, seed=SEED, midnight=midnight(day)))
    assert len(visits) == QueueVisit.objects.count()
    outcomes = Counter(visit.outcome for visit in visits)
    sums = QueueDay.objects.aggregate(Sum("offered"), Sum("answered"), Sum("abandoned"), Sum("hold_seconds"))
    assert sums == {
        "offered__sum": len(visits),
        "answered__sum": outcomes["answered"],
        "abandoned__sum": outcomes["abandoned"],
        "hold_seconds__sum": sum(visit.hold_seconds for visit in visits),
    }
    logged_in = sum((i.ended_ms or 0) - i.started_ms for i in intervals) // 1000
    assert AgentDay.objects.aggregate(total=Sum("logged_in_seconds"))["total"] == logged_in
    assert set(QueueVisit.objects.values_list("queue__code", "queue_node_id").distinct()) <= {
        (queue.code, nodes(centre)[queue.site].pk) for queue in QUEUES
    }
    assert Queue.objects.filter(is_arranged=False).count() == 0


def test_the_last_days_through_the_raw_log_give_the_simulated_visits(centre: SmallCentre, tmp_path: Path) -> None:
    source = demo.prepare(nodes(centre), TZ)
    span = demo.Span(*([demo.Span.until(NOW, TZ).today] * 3))
    log = tmp_path / "pbx1" / "queue_log"
    demo.recent(source, span, NOW, TZ, log)
    again = services.take_in(
        actor=demo.SYSTEM, source=source, origin="again", lines=log.read_text(encoding="utf-8").splitlines()
    )
    assert again.new == 0
    simulated, _intervals = to_canonical(
        simulate_day(sample_centre(), span.today, seed=SEED, midnight=midnight(span.today))
    )
    now_ms = int(NOW.timestamp() * 1000)
    expected = {
        (v.call, v.number): (v.queue, v.outcome, v.wait_seconds, v.talk_seconds, v.hold_seconds, v.agent)
        for v in simulated
        if v.ended_ms is not None and v.ended_ms < now_ms
    }
    found = {
        (v.call_key, v.number): (
            v.queue.code, v.outcome, v.wait_seconds, v.talk_seconds, v.hold_seconds, v.agent.code if v.agent else "",
        )
        for v in QueueVisit.objects.select_related("queue", "agent").filter(ended_at__isnull=False)
    }  # fmt: skip
    assert len(expected) > 250
    assert found == expected


def test_history_ends_where_the_raw_log_begins(centre: SmallCentre) -> None:
    source = demo.prepare(nodes(centre), TZ)
    span = demo.Span.until(NOW, TZ)
    load(source, span.history[-1:], last=span.history[-1])
    limit = datetime.fromtimestamp(midnight(span.raw_from), clock.zone(TZ))
    assert AgentInterval.objects.filter(ended_at=limit).exists()
    assert not AgentInterval.objects.filter(ended_at__gt=limit).exists()
    assert not QueueVisit.objects.filter(entered_at__gte=limit).exists()


def test_history_is_what_the_raw_pipeline_makes_of_the_same_days(centre: SmallCentre, tmp_path: Path) -> None:
    source = demo.prepare(nodes(centre), TZ)
    days = [date(2026, 10, 31), date(2026, 11, 1)]
    load(source, days, last=days[-1])
    directly = told(source)
    other = services.ensure_source(
        actor=demo.SYSTEM, code="other", kind=SourceKind.ASTERISK_QUEUE_LOG, time_zone=TZ, name="other"
    )
    start, end = (clock.day_bounds(day, TZ)[0] for day in (days[0], date(2026, 11, 2)))
    lines = [line for _at, line in lines_between(sample_centre(), SEED, start, end, TZ, is_fresh=True)]
    services.take_in(actor=demo.SYSTEM, source=other, origin="log", lines=lines)
    services.fold_pending(other)
    assert sum(is_repeat for *_rest, is_repeat in directly.values()) > 30
    open_at_the_end = {key for key, visit in told(other).items() if visit[0] is None}
    assert {k: v for k, v in told(other).items() if k not in open_at_the_end} == {
        k: v for k, v in directly.items() if k not in open_at_the_end
    }


def told(source: Source) -> dict[tuple[str, int], tuple[Any, ...]]:
    """The visits of a source, by call and number."""
    rows: Any = QueueVisit.objects.filter(source=source).values_list(
        "call_key", "number", "ended_at", "entered_at", "queue_id", "agent_id", "outcome", "wait_seconds",
        "talk_seconds", "hold_seconds", "failed_rings", "is_within_target", "caller_token", "is_repeat",
    )  # fmt: skip
    return {(key, number): tuple(rest) for key, number, *rest in rows}


def test_history_is_loaded_once(centre: SmallCentre) -> None:
    source = demo.prepare(nodes(centre), TZ)
    day = demo.Span.until(NOW, TZ).history[-1]
    load(source, [day], last=day)
    before = QueueVisit.objects.count()
    with pytest.raises(RuleBroken, match="already"):
        services.open_history(actor=demo.SYSTEM, source=source, days=[day])
    assert QueueVisit.objects.count() == before
