"""Reports read the smaller of two tables: what queues and agents both hold adds up alike, however it is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kefu.areas.calls.metrics.facts import MEASURES
from kefu.areas.calls.models import Queue, QueueVisit, Source
from kefu.areas.calls.services import fold_pending, refresh, take_in
from kefu.areas.calls.services.verifying import verify
from kefu.areas.calls.tests.logs import BASE, lawful_log
from kefu.areas.calls.tests.reading import CAPTURE, CRASH, file_lines, real
from kefu.areas.people import services as people
from kefu.areas.people.models import Agent
from kefu.areas.people.tests.factories import make_centre, make_employee
from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.permissions import Scope
from kefu.platform.access import queries as access_queries
from kefu.platform.metrics.queries import compute

SYSTEM = Actor.system("test")
VIEWER = Actor(kind=ActorKind.USER, label="leader", user_id=7)
BOTH = ["handled", "aht", "att", "acw", "aht_hold", "transfer_rate", "agent_release_rate"]
ONLY_AGENTS = "ring_no_answer"
"""Asked along with the others, it has the agents' table read for all of them."""
TIMES = ["month", "week", "day", "hour", "half_hour", "slot"]


def bring(source: Source, lines: list[str]) -> tuple[date, date]:
    """The days of a log that is now folded and counted."""
    take_in(actor=SYSTEM, source=source, origin="test", lines=lines)
    fold_pending(source)
    refresh()
    days = sorted(QueueVisit.objects.values_list("day", flat=True))
    return days[0], days[-1] + timedelta(days=1)


def numbers(metrics: Sequence[str], *span: date, **question: Any) -> tuple[dict[Any, Any], set[str]]:
    """Numerator and denominator of every cell that holds anything, and the tables they were read from."""
    with CaptureQueriesContext(connection) as seen:
        rows = compute(None, metrics, *span, **question)
    tables = {word for query in seen for word in query["sql"].replace('"', " ").split() if word.startswith("calls_")}
    found = {(r.metric, r.key): (r.numerator, r.denominator) for r in rows if r.metric in BOTH}
    return {key: value for key, value in found.items() if any(value)}, tables


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    restart=st.booleans(),
    near_midnight=st.booleans(),
    by=st.lists(st.sampled_from(["source", "queue", *TIMES]), unique=True, max_size=3),
    chosen=st.sampled_from([[], ["queue"], ["source"], ["source", "queue"]]),
    slots=st.none() | st.tuples(st.integers(0, 95), st.integers(1, 96)),
    cut=st.integers(0, 1),
)
def test_both_families_answer_alike_by_any_dimension_they_share(
    pbx: Source,
    seed: int,
    restart: bool,
    near_midnight: bool,
    by: list[str],
    chosen: list[str],
    slots: tuple[int, int] | None,
    cut: int,
) -> None:
    lines = list(dict.fromkeys(lawful_log(seed, calls=15, restart=restart)))
    if near_midnight:  # 16:00 UTC is midnight in Shanghai
        shift = 1_795_190_400 - 30 - BASE
        lines = [f"{int(line[:10]) + shift}{line[10:]}" for line in lines]
    with transaction.atomic():
        first, last = bring(pbx, lines)
        span = (first + timedelta(days=cut), last + timedelta(days=cut))
        keys = {"queue": list(Queue.objects.values_list("pk", flat=True))[:1], "source": [pbx.pk]}
        question = {"by": by, "filters": {code: keys[code] for code in chosen}, "slots": slots}

        small, small_tables = numbers(BOTH, *span, **question)
        large, large_tables = numbers([*BOTH, ONLY_AGENTS], *span, **question)

        assert small == large
        assert small_tables <= {"calls_queuefact", "calls_queueday"}
        assert large_tables <= {"calls_agentfact", "calls_agentday", "calls_agentmonth"}
        transaction.set_rollback(True)


@pytest.mark.data
@pytest.mark.parametrize("names", [CAPTURE, CRASH], ids=["capture", "crash"])
def test_both_families_answer_alike_about_the_capture(pbx: Source, names: tuple[str, ...]) -> None:
    span = bring(pbx, file_lines(real(*names)))
    for by in ([], ["queue"], ["half_hour"], ["queue", "slot"], ["source", "day"], ["month"]):
        small, tables = numbers(BOTH, *span, by=by)
        assert small == numbers([*BOTH, ONLY_AGENTS], *span, by=by)[0]
        assert small
        assert not any(table.startswith("calls_agent") for table in tables)
    assert verify(sources=[pbx]).differing == 0


def test_agents_teams_sites_and_narrower_scopes_are_read_from_agents(
    pbx: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    span = bring(pbx, lawful_log(3))
    for by in (["agent"], ["team"], ["site"], ["team", "queue"]):
        assert numbers(BOTH, *span, by=by)[1] & {"calls_agentfact", "calls_agentday", "calls_agentmonth"}
    monkeypatch.setattr(access_queries, "scope_for", lambda viewer, code: Scope(node_ids=frozenset({99})))
    with connection.cursor() as cursor:
        for table in ("agentday", "agentmonth"):
            cursor.execute(f"UPDATE calls_{table} SET node_id = 99")
    with CaptureQueriesContext(connection) as seen:
        compute(VIEWER, BOTH, *span)
    tables = [query["sql"].split("FROM ")[1].split()[0] for query in seen]
    assert tables == ['"people_agent"', '"calls_agentmonth"', '"calls_agentday"']
    monkeypatch.setattr(access_queries, "scope_for", lambda viewer, code: Scope(everything=True))
    with CaptureQueriesContext(connection) as seen:
        compute(VIEWER, [*BOTH, "offered", "service_level.f3", "repeat_rate"], *span)
    assert [query["sql"].split("FROM ")[1].split()[0] for query in seen] == ['"calls_queueday"']


def test_a_leader_sees_who_belonged_to_the_team_then_and_who_belongs_now(
    pbx: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    span = bring(pbx, lawful_log(3, calls=40))
    handled = {row.key[0]: row.numerator for row in compute(None, ["handled"], *span, by=["agent"]) if row.numerator}
    then, now, other = sorted(handled)
    centre = make_centre()
    people.link_agent(actor=SYSTEM, agent=Agent.objects.get(pk=now), employee=make_employee(centre.team1, "E1"))
    with connection.cursor() as cursor:
        for table in ("agentfact", "agentday", "agentmonth"):
            cursor.execute(f"UPDATE calls_{table} SET node_id = NULL")
            cursor.execute(
                f"UPDATE calls_{table} SET node_id = %s WHERE agent_id = %s AND queue_id = %s",
                [centre.team1.pk, then, Queue.objects.get(code="q-a").pk],
            )
    of_queue = {row.key: row.numerator for row in compute(None, ["handled"], *span, by=["agent", "queue"])}
    monkeypatch.setattr(access_queries, "scope_for", lambda viewer, code: Scope(node_ids=frozenset({centre.team1.pk})))
    for by in (["agent"], ["agent", "half_hour"], ["agent", "month"]):
        seen: Counter[int] = Counter()
        for row in compute(VIEWER, ["handled"], *span, by=by):
            seen[row.key[0]] += int(row.numerator or 0)
        assert seen == {now: handled[now], then: of_queue[then, Queue.objects.get(code="q-a").pk]}
    assert other not in seen


def test_a_family_that_says_something_else_is_found(pbx: Source) -> None:
    bring(pbx, lawful_log(1))
    assert verify(sources=[pbx]).differing == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE calls_queuefact SET talk_seconds = talk_seconds + 1 WHERE handled > 0")
    found = [text for text in verify(sources=[pbx]).examples if "agents beside queues" in text]
    assert found
    assert all("talk_seconds" in text for text in found)


def test_every_shared_measure_names_its_like() -> None:
    named = {m.code: m.same_as for m in MEASURES if m.same_as}
    assert named == {
        f"calls.agent.{column}": (f"calls.queue.{column}",)
        for column in (
            "handled", "talk_seconds", "hold_seconds", "wrap_seconds", "ring_seconds", "held", "transferred",
            "agent_released", "answered_within", "answered_no_talk",
        )
    }  # fmt: skip
