"""What the builder answers equals a naive sum in Python, in a constant number of statements."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import InvalidInput
from kefu.kernel.permissions import NOTHING, Scope
from kefu.platform.access import queries as access_queries
from kefu.platform.metrics import queries
from kefu.platform.metrics.tests.samples import SampleDay, SampleMonth, SampleSlot, SampleTime, SampleWait

FIRST = date(2026, 1, 25)
DAYS = 45
COLUMNS = ("offered", "answered", "abandoned", "seconds")
VIEWER = Actor(kind=ActorKind.USER, label="leader", user_id=7)


def fill(seed: int) -> tuple[list[SampleSlot], list[SampleTime]]:
    """Random slots, the days and months that sum them, and time rows of another family."""
    rng = random.Random(seed)

    def rows(model: Any) -> list[Any]:
        return [
            model(
                day=FIRST + timedelta(days=rng.randrange(DAYS)),
                slot_of_day=rng.randrange(96),
                queue_id=rng.choice([1, 2, 3, None]),
                node_id=rng.choice([10, 11, 12]),
                state=rng.choice(["talk", "ready"]),
                **{c: rng.randrange(50) for c in COLUMNS},
            )
            for _ in range(120)
        ]

    slots, times = rows(SampleSlot), rows(SampleTime)
    for model in (SampleSlot, SampleDay, SampleMonth, SampleTime):
        model.objects.all().delete()
    SampleSlot.objects.bulk_create(slots)
    SampleTime.objects.bulk_create(times)
    for model, cut in ((SampleDay, lambda d: d), (SampleMonth, lambda d: d.replace(day=1))):
        sums: dict[Any, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COLUMNS, 0))
        for row in slots:
            into = sums[cut(row.day), row.queue_id, row.node_id]
            for column in COLUMNS:
                into[column] += getattr(row, column)
        model.objects.bulk_create([model(day=d, queue_id=q, node_id=n, **v) for (d, q, n), v in sums.items()])
    return slots, times


def label(row: Any, code: str) -> Any:
    """The naive value of a dimension."""
    slot = row.slot_of_day
    clock = {"hour": slot - slot % 4, "half_hour": slot - slot % 2, "slot": slot}
    if code in clock:
        return f"{clock[code] // 4:02d}:{clock[code] % 4 * 15:02d}"
    return {
        "day": row.day,
        "month": row.day.replace(day=1),
        "week": row.day - timedelta(days=row.day.weekday()),
        "s_queue": row.queue_id,
        "s_team": row.node_id,
    }[code]


def naive(rows: list[Any], by: list[str], start: date, end: date, top: Any, bottom: Any) -> dict[Any, Any]:
    """Key → (numerator, denominator) summed in plain Python."""
    sums: dict[Any, list[int]] = {} if by else {(): [0, 0]}
    for row in rows:
        if start <= row.day < end:
            into = sums.setdefault(tuple(label(row, code) for code in by), [0, 0])
            into[0] += top(row)
            into[1] += bottom(row)
    return {key: tuple(value) for key, value in sums.items()}


DIMENSIONS = ["s_queue", "s_team", "month", "week", "day", "hour", "half_hour", "slot"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    by=st.lists(st.sampled_from(DIMENSIONS), unique=True, max_size=3),
    offset=st.integers(0, DAYS),
    length=st.integers(1, DAYS),
)
def test_every_cell_equals_the_naive_sum(
    sample_tables: None, seed: int, by: list[str], offset: int, length: int
) -> None:
    slots, times = fill(seed)
    start = FIRST + timedelta(days=offset)
    end = start + timedelta(days=length)

    rows = queries.compute(None, ["s_rate.b", "s_busy"], start, end, by=by)

    found: dict[str, dict[Any, Any]] = {"s_rate.b": {}, "s_busy": {}}
    for row in rows:
        found[row.metric][row.key] = (row.numerator, row.denominator)
        assert row.value == (row.numerator / row.denominator if row.denominator else None)
        assert row.n == row.denominator
    assert found["s_rate.b"] == naive(slots, by, start, end, lambda r: r.answered, lambda r: r.offered - r.abandoned)
    assert found["s_busy"] == naive(
        times, by, start, end, lambda r: r.seconds if r.state == "talk" else 0, lambda r: r.seconds
    )
    assert rows == sorted(
        rows, key=lambda r: (["s_rate.b", "s_busy"].index(r.metric), tuple((v is not None, v) for v in r.key))
    )


def test_one_statement_per_table_whatever_is_asked(sample_tables: None, django_assert_num_queries: Any) -> None:
    fill(1)
    everything = ["s_offered", "s_rate.a", "s_rate.b", "s_per_hour", "s_busy"]
    with django_assert_num_queries(2):
        queries.compute(None, everything, FIRST, FIRST + timedelta(days=9), by=["s_queue", "day"])
    with django_assert_num_queries(1):
        queries.compute(None, ["s_offered"], date(2026, 2, 1), date(2026, 3, 1), by=["month"])


def test_a_metric_over_two_tables_divides_their_sums(sample_tables: None) -> None:
    SampleSlot.objects.create(day=FIRST, slot_of_day=36, queue_id=1, node_id=10, answered=6)
    SampleDay.objects.create(day=FIRST, queue_id=1, node_id=10, answered=6)
    SampleTime.objects.create(day=FIRST, slot_of_day=36, queue_id=1, node_id=10, seconds=1800)
    (row,) = queries.compute(None, ["s_per_hour"], FIRST, FIRST + timedelta(days=1))
    assert (row.numerator, row.denominator, row.value) == (6, 1800, 12)


def test_nothing_to_divide_by_gives_no_value(sample_tables: None) -> None:
    (row,) = queries.compute(None, ["s_rate.a"], FIRST, FIRST + timedelta(days=1))
    assert (row.key, row.numerator, row.denominator, row.value, row.n) == ((), 0, 0, None, 0)


def test_filters_and_times_of_day_narrow(sample_tables: None) -> None:
    for queue, slot, offered in ((1, 36, 5), (1, 40, 7), (2, 36, 11)):
        SampleSlot.objects.create(day=FIRST, slot_of_day=slot, queue_id=queue, node_id=10, offered=offered)
    (row,) = queries.compute(
        None, ["s_offered"], FIRST, FIRST + timedelta(days=1), filters={"s_queue": [1]}, slots=(36, 40)
    )
    assert row.value == 5


def test_quantiles_are_interpolated_in_their_bucket(sample_tables: None) -> None:
    for bucket, count in ((0, 10), (1, 20), (2, 10)):
        SampleWait.objects.create(day=FIRST, queue_id=1, node_id=10, bucket=bucket, offered=count)
    (row,) = queries.compute(None, ["s_wait_p50"], FIRST, FIRST + timedelta(days=1), by=["s_queue"])
    assert (row.key, row.value, row.n) == ((1,), 15.0, 40)


def test_the_base_name_means_the_default_variant(sample_tables: None) -> None:
    (row,) = queries.compute(None, ["s_rate"], FIRST, FIRST + timedelta(days=1))
    assert row.metric == "s_rate.a"


@pytest.mark.parametrize(
    ("metrics", "by", "words"),
    [
        (["nonsense"], [], ["nonsense", "s_offered"]),
        (["s_offered"], ["agent"], ["agent", "s_queue", "half_hour"]),
        (["s_wait_p50"], ["half_hour"], ["half_hour", "day"]),
        (["s_now"], [], ["Now"]),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(
    sample_tables: None, metrics: list[str], by: list[str], words: list[str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        queries.compute(None, metrics, FIRST, FIRST + timedelta(days=1), by=by)
    assert all(word in refused.value.message for word in words)


def test_unknown_members_are_named(catalogue: None) -> None:
    with pytest.raises(InvalidInput, match=r"south.*east"):
        queries.resolve("s_queue", ["east", "south"])


@pytest.mark.parametrize(
    ("scope", "expected"),
    [(Scope(everything=True), 111), (Scope(node_ids=frozenset({10, 11})), 11), (Scope(user_id=7), 0), (NOTHING, 0)],
)
def test_only_rows_inside_the_scope_are_summed(
    sample_tables: None, monkeypatch: pytest.MonkeyPatch, scope: Scope, expected: int
) -> None:
    for node, offered in ((10, 1), (11, 10), (12, 100)):
        SampleDay.objects.create(day=FIRST, queue_id=1, node_id=node, offered=offered)
    monkeypatch.setattr(access_queries, "scope_for", lambda viewer, code: scope)
    (row,) = queries.compute(VIEWER, ["s_offered"], FIRST, FIRST + timedelta(days=1))
    assert row.value == expected
