"""The simulator: the same day for the same seed, conserved calls and time, Asterisk's own line formats."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import numpy as np
import pytest

from kefu.areas.calls.engine.simulation import shapes
from kefu.areas.calls.engine.simulation.canonical import to_canonical
from kefu.areas.calls.engine.simulation.centre import Centre, Pool, QueueSpec
from kefu.areas.calls.engine.simulation.facts import Fact, Kind, Run, VisitCard
from kefu.areas.calls.engine.simulation.floor import simulate_day
from kefu.areas.calls.engine.simulation.queue_log import to_queue_log
from kefu.areas.calls.engine.simulation.sample import sample_centre
from kefu.areas.calls.engine.simulation.staffing import plan_day, weather

DAY = date(2026, 11, 19)
TERMINAL = {
    Kind.COMPLETED_BY_CALLER, Kind.COMPLETED_BY_AGENT, Kind.BLIND_TRANSFER, Kind.ATTENDED_TRANSFER, Kind.ABANDONED,
    Kind.TIMED_OUT, Kind.EMPTIED, Kind.KEY_PRESSED, Kind.WITHDRAWN,
}  # fmt: skip


def midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=timezone(timedelta(hours=8))).timestamp())


def play(day: date = DAY, seed: int = 7) -> Run:
    return simulate_day(sample_centre(), day, seed=seed, midnight=midnight(day))


@pytest.fixture(scope="module")
def run() -> Run:
    return play()


def test_the_same_seed_gives_the_same_day(run: Run) -> None:
    again = play()
    assert again.facts == run.facts
    assert again.visits == run.visits


def test_another_seed_gives_another_day(run: Run) -> None:
    assert play(seed=8).facts != run.facts


def test_facts_come_in_the_order_of_time(run: Run) -> None:
    times = [fact.at for fact in run.facts]
    assert times == sorted(times)


def test_each_visit_ends_exactly_once(run: Run) -> None:
    ends = Counter(fact.visit for fact in run.facts if fact.kind in TERMINAL)
    assert ends == dict.fromkeys(range(len(run.visits)), 1)


def test_the_queue_obeys_littles_law(run: Run) -> None:
    """The integral of the queue's length equals the sum of the waits, queue by queue."""
    leave = TERMINAL - {
        Kind.COMPLETED_BY_CALLER, Kind.COMPLETED_BY_AGENT, Kind.BLIND_TRANSFER, Kind.ATTENDED_TRANSFER,
    } | {Kind.CONNECTED}  # fmt: skip
    length: dict[int, int] = defaultdict(int)
    area: dict[int, int] = defaultdict(int)
    since: dict[int, int] = {}
    waits: dict[int, int] = defaultdict(int)
    for fact in run.facts:
        if fact.kind != Kind.ENTERED and fact.kind not in leave:
            continue
        queue = fact.queue
        area[queue] += length[queue] * (fact.at - since.get(queue, fact.at))
        since[queue] = fact.at
        length[queue] += 1 if fact.kind == Kind.ENTERED else -1
        if fact.kind != Kind.ENTERED:
            waits[queue] += fact.at - run.visits[fact.visit].entered
        assert length[queue] >= 0
    assert set(length.values()) == {0}
    assert area == waits


def test_positions_count_those_who_wait(run: Run) -> None:
    waiting: dict[int, list[int]] = defaultdict(list)
    for fact in run.facts:
        queue = waiting[fact.queue]
        if fact.kind == Kind.ENTERED:
            queue.append(fact.visit)
            assert fact.value == len(queue)
        elif fact.kind == Kind.CONNECTED:
            queue.remove(fact.visit)
        elif fact.kind in (Kind.ABANDONED, Kind.TIMED_OUT, Kind.EMPTIED, Kind.KEY_PRESSED, Kind.WITHDRAWN):
            assert fact.value == queue.index(fact.visit) + 1
            queue.remove(fact.visit)


def test_an_agent_does_one_thing_at_a_time_and_only_while_logged_in(run: Run) -> None:
    state: dict[int, str] = defaultdict(lambda: "off")
    steps = {
        Kind.LOGGED_IN: ({"off"}, "free"),
        Kind.LOGGED_OUT: ({"free"}, "off"),
        Kind.PAUSED: ({"free"}, "away"),
        Kind.UNPAUSED: ({"away"}, "free"),
        Kind.RINGING: ({"free"}, "ringing"),
        Kind.RING_NO_ANSWER: ({"ringing"}, "free"),
        Kind.RING_CANCELLED: ({"ringing"}, "free"),
        Kind.CONNECTED: ({"ringing"}, "talking"),
        Kind.WRAP_STARTED: ({"talking"}, "wrapping"),
        Kind.WRAP_ENDED: ({"wrapping"}, "free"),
    }
    for fact in run.facts:
        if fact.kind in steps:
            before, after = steps[fact.kind]
            assert state[fact.agent] in before, fact
            state[fact.agent] = after
    assert set(state.values()) == {"off"}


def test_intervals_of_a_session_follow_one_another_without_gap(run: Run) -> None:
    _visits, intervals = to_canonical(run)
    log_ins = {(f.agent, f.at // 1000 * 1000) for f in run.facts if f.kind == Kind.LOGGED_IN}
    by_agent = defaultdict(list)
    for interval in intervals:
        by_agent[interval.agent].append(interval)
    for agent, spans in by_agent.items():
        spans.sort(key=lambda span: span.started_ms)
        number = run.agents.index(agent)
        assert (number, spans[0].started_ms) in log_ins
        for before, after in pairwise(spans):
            assert before.ended_ms == after.started_ms


def test_hold_talk_and_wait_fit_into_the_visit(run: Run) -> None:
    visits, _intervals = to_canonical(run)
    for visit in visits:
        assert visit.outcome != "waiting"
        assert visit.ended_ms is not None
        life = (visit.ended_ms - visit.entered_ms) // 1000
        assert visit.wait_seconds + visit.talk_seconds + visit.hold_seconds == life


def test_the_shape_is_that_of_a_hotline() -> None:
    """Two weeks: abandonment 2 to 7 %, service level near 80 %, Mondays busiest, Sundays calmest, peaks at 10 and 14 to 16."""
    answered = within = abandoned = 0
    volume: dict[int, list[int]] = defaultdict(list)
    hours: Counter[int] = Counter()
    for offset in range(14):
        day = date(2026, 10, 12) + timedelta(days=offset)
        result = play(day)
        volume[day.weekday()].append(len(result.visits))
        for fact in result.facts:
            if fact.kind == Kind.CONNECTED:
                answered += 1
                within += fact.at - result.visits[fact.visit].entered <= 20_000
            elif fact.kind == Kind.ABANDONED:
                abandoned += 1
            elif fact.kind == Kind.ENTERED:
                hours[datetime.fromtimestamp(fact.at / 1000, UTC).hour] += 1
    assert 0.72 <= within / (answered + abandoned) <= 0.88
    assert 0.02 <= abandoned / (answered + abandoned) <= 0.07
    means = {day: np.mean(counts) for day, counts in volume.items()}
    assert max(means, key=means.get) == 0
    assert min(means, key=means.get) == 6
    local = Counter({(hour + 8) % 24: count for hour, count in hours.items()})
    assert local.most_common(1)[0][0] in (10, 11)
    assert min(local[14], local[15], local[16]) > local[12]


def test_weights_keep_the_hours_sums_and_closed_hours_closed() -> None:
    weights = shapes.quarter_weights(shapes.BUSINESS_HOURS)
    assert weights.sum() == pytest.approx(1.0)
    assert weights[:32].sum() == 0
    total = sum(shapes.BUSINESS_HOURS)
    assert weights.reshape(24, 4).sum(axis=1) == pytest.approx(np.array(shapes.BUSINESS_HOURS) / total)


def test_nobody_works_twice_at_once() -> None:
    centre = sample_centre()
    ends: dict[int, int] = {}
    for offset in range(28):
        day = date(2026, 9, 1) + timedelta(days=offset)
        base = day.toordinal() * 86_400
        for duty in plan_day(centre, day, 7):
            assert ends.get(duty.agent, 0) < base + duty.starts
            ends[duty.agent] = base + duty.ends


def test_weather_is_mostly_fair() -> None:
    centre = sample_centre()
    bad = sum(weather(centre, date(2026, 1, 1) + timedelta(days=n), 7).is_bad for n in range(365))
    assert 8 <= bad <= 45


def test_a_centre_refuses_unknown_queues() -> None:
    queue = QueueSpec("q", "Q", "east", 10, 60)
    with pytest.raises(ValueError, match="unknown queues"):
        Centre(queues=(queue,), pools=(Pool("p", "east", ("a",), (("x", 0),)),))


LINE = re.compile(r"^\d{10}\|(pbx1-\d{10}\.\d+|NONE|MANAGER)\|(q-[a-z-]+|NONE)\|(Agent/\d+|NONE)\|([A-Z]+)\|(.*)$")
FIELDS = {
    "ENTERQUEUE": r"\|154\d{8}\|\d+\|",
    "CONNECT": r"\d+\|pbx1-\d{10}\.\d+\|\d+",
    "COMPLETECALLER": r"\d+\|\d+\|\d+",
    "COMPLETEAGENT": r"\d+\|\d+\|\d+",
    "BLINDTRANSFER": r"q-[a-z-]+\|inbound\|\d+\|\d+\|\d+",
    "ATTENDEDTRANSFER": r"BRIDGE\|[0-9a-f-]{36}\|\d+\|\d+\|\d+",
    "ABANDON": r"\d+\|\d+\|\d+",
    "EXITWITHTIMEOUT": r"\d+\|\d+\|\d+",
    "EXITEMPTY": r"\d+\|\d+\|\d+",
    "EXITWITHKEY": r"9\|\d+\|\d+\|\d+",
    "WITHDRAW": r"\d+\|\d+\|\d+\|callback-requested",
    "RINGNOANSWER": r"15000",
    "RINGCANCELED": r"\d+",
    "PAUSEALL": r".+",
    "PAUSE": r".+",
    "UNPAUSEALL": r"",
    "UNPAUSE": r"",
    "ADDMEMBER": r"",
    "REMOVEMEMBER": r"",
    "WRAPUPSTART": r"\d+",
}


def test_every_line_has_the_fields_of_its_verb(run: Run) -> None:
    lines = list(to_queue_log(run))
    for line in lines:
        match = LINE.match(line)
        assert match, line
        assert re.fullmatch(FIELDS[match[4]], match[5]), line
    stamps = [int(line[:10]) for line in lines]
    assert stamps == sorted(stamps)


def test_the_exact_lines_of_a_small_story() -> None:
    """Two callers: one is missed by the first agent, answered by the second; one gives up while an agent is rung."""
    t = 1_795_216_100_000
    story = Run(
        queues=("q-sales",),
        agents=("Agent/1001", "Agent/1002"),
        skills=((0,), (0,)),
        system="pbx1",
        visits=[
            VisitCard(0, "13800004070", 1, 1_795_216_101, 1, t + 2_300, 1),
            VisitCard(0, "13800005627", 15, 1_795_216_103, 1, t + 4_000, 2),
        ],
        facts=[
            Fact(t, Kind.LOGGED_IN, -1, -1, 0),
            Fact(t + 100, Kind.PAUSED, -1, -1, 1, 1000, "小休"),
            Fact(t + 1_500, Kind.UNPAUSED, -1, -1, 1),
            Fact(t + 2_300, Kind.ENTERED, 0, 0, -1, 1),
            Fact(t + 2_300, Kind.RINGING, 0, 0, 0, 2),
            Fact(t + 4_000, Kind.ENTERED, 1, 0, -1, 2),
            Fact(t + 4_300, Kind.RING_NO_ANSWER, 0, 0, 0, 2_000),
            Fact(t + 4_300, Kind.RINGING, 0, 0, 1, 5),
            Fact(t + 4_500, Kind.RINGING, 1, 0, 0, 8),
            Fact(t + 5_100, Kind.RING_CANCELLED, 1, 0, 0, 600),
            Fact(t + 5_100, Kind.ABANDONED, 1, 0, -1, 2),
            Fact(t + 6_900, Kind.CONNECTED, 0, 0, 1, 2_600),
            Fact(t + 16_200, Kind.COMPLETED_BY_AGENT, 0, 0, 1),
            Fact(t + 16_200, Kind.WRAP_STARTED, 0, 0, 1, 0, "30"),
            Fact(t + 46_200, Kind.WRAP_ENDED, 0, 0, 1),
        ],
    )
    assert list(to_queue_log(story)) == [
        "1795216100|MANAGER|q-sales|Agent/1001|ADDMEMBER|",
        "1795216100|NONE|NONE|Agent/1002|PAUSEALL|小休",
        "1795216100|NONE|q-sales|Agent/1002|PAUSE|小休",
        "1795216101|NONE|NONE|Agent/1002|UNPAUSEALL|",
        "1795216101|NONE|q-sales|Agent/1002|UNPAUSE|",
        "1795216102|pbx1-1795216101.1|q-sales|NONE|ENTERQUEUE||13800004070|1|",
        "1795216104|pbx1-1795216103.15|q-sales|NONE|ENTERQUEUE||13800005627|2|",
        "1795216104|pbx1-1795216101.1|q-sales|Agent/1001|RINGNOANSWER|2000",
        "1795216105|pbx1-1795216103.15|q-sales|Agent/1001|RINGCANCELED|600",
        "1795216105|pbx1-1795216103.15|q-sales|NONE|ABANDON|2|2|1",
        "1795216106|pbx1-1795216101.1|q-sales|Agent/1002|CONNECT|4|pbx1-1795216104.5|2",
        "1795216116|pbx1-1795216101.1|q-sales|Agent/1002|COMPLETEAGENT|4|10|1",
        "1795216116|NONE|q-sales|Agent/1002|WRAPUPSTART|30",
    ]
    visits, _intervals = to_canonical(story)
    assert [(v.outcome, v.wait_seconds, v.talk_seconds, v.wrap_seconds, v.ring_seconds) for v in visits] == [
        ("answered", 4, 10, 30, 2),
        ("abandoned", 1, 0, 0, 0),
    ]
