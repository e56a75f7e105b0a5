"""Loaded history and the raw log after it: what was loaded stays, whatever is delivered or folded again at the seam."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from kefu.areas.calls.engine.types import Interval, Visit
from kefu.areas.calls.models import AgentInterval, QueueVisit, RawEvent, Source
from kefu.areas.calls.services import (
    fold_days,
    fold_pending,
    join_calls,
    join_states,
    load_history,
    open_history,
    recompute_days,
    refresh,
    take_in,
)
from kefu.areas.calls.services.verifying import verify
from kefu.kernel.actor import Actor
from kefu.platform.partitions import monthly

SYSTEM = Actor.system("test")
DAY = date(2026, 11, 20)
SEAM = 1_795_190_400
"""Midnight in Shanghai, at the end of ``DAY``."""
AGENTS = ("Agent/1001", "Agent/1002")


def history(source: Source) -> None:
    start = (SEAM - 4 * 3600) * 1000
    visits = [
        Visit(
            f"old-{n}", 1, "q-a", start + n * 60_000, "answered", start + n * 60_000 + 50_000, start + n * 60_000 + 5_000,
            agent, wait_seconds=5, talk_seconds=45,
        )
        for n, agent in enumerate(AGENTS)
    ]  # fmt: skip
    spans = [Interval(agent, "ready", start, SEAM * 1000) for agent in AGENTS]
    open_history(actor=SYSTEM, source=source, days=[DAY])
    load_history(actor=SYSTEM, source=source, visits=visits, intervals=spans)
    join_states(actor=SYSTEM, source=source, days=[DAY])
    join_calls(actor=SYSTEM, source=source, days=[DAY])
    recompute_days([(source.pk, DAY)])


def loaded(source: Source) -> tuple[list[Any], list[Any]]:
    states = AgentInterval.objects.filter(source=source, day=DAY).order_by("agent_key", "started_at")
    visits = QueueVisit.objects.filter(source=source, day=DAY).order_by("call_key")
    return (
        list(states.values_list("agent_key", "started_at", "ended_at", "state")),
        list(visits.values_list("call_key", "number", "outcome", "entered_at", "ended_at", "talk_seconds")),
    )


def bring(source: Source, *lines: str) -> None:
    take_in(actor=SYSTEM, source=source, origin="test", lines=list(lines))
    fold_pending(source)
    refresh()


def later_days() -> list[str]:
    found = []
    for day in range(2):
        at = SEAM + day * 86_400 + 1
        for agent in AGENTS:
            found.append(f"{at}|MANAGER|q-a|{agent}|ADDMEMBER|")
            found.append(f"{at + 7200}|NONE|q-a|{agent}|REMOVEMEMBER|")
        found += [
            f"{at + 60}|new-{day}|q-a|NONE|ENTERQUEUE||13800004070|1|x",
            f"{at + 65}|new-{day}|q-a|Agent/1001|CONNECT|5|b|5",
            f"{at + 90}|new-{day}|q-a|Agent/1001|COMPLETECALLER|5|25|1",
        ]
    return sorted(found, key=lambda line: int(line[:10]))


def test_a_late_line_at_the_seam_and_a_rebuild_leave_the_history_alone(pbx: Source) -> None:
    history(pbx)
    before = loaded(pbx)
    assert (len(before[0]), len(before[1])) == (2, 2)
    bring(pbx, *later_days())
    assert loaded(pbx) == before
    standing = AgentInterval.objects.filter(source=pbx).count()

    bring(
        pbx,
        f"{SEAM - 60}|NONE|q-a|Agent/1001|PAUSE|late",
        f"{SEAM + 1}|NONE|q-a|Agent/1002|PAUSE|early",
        f"{SEAM + 20}|old-1|q-a|Agent/1002|COMPLETEAGENT|5|45|1",
    )
    assert loaded(pbx) == before
    assert AgentInterval.objects.filter(source=pbx).count() >= standing
    first = RawEvent.objects.filter(source=pbx).earliest("day").day
    fold_days(pbx, first, DAY + timedelta(days=3))
    refresh()

    assert loaded(pbx) == before
    verdict = verify(sources=[pbx])
    assert verdict.differing == 0, verdict.examples
    monthly.forget()


def test_history_and_log_give_the_same_in_any_order_of_the_log(pbx: Source) -> None:
    history(pbx)
    before = loaded(pbx)
    lines = [*later_days(), f"{SEAM + 200_000}|NONE|q-a|Agent/1002|PAUSE|end"]
    bring(pbx, *lines[6:])
    bring(pbx, *lines[:9])
    assert loaded(pbx) == before
    wanted = verify(sources=[pbx])
    assert wanted.differing == 0, wanted.examples
    first = RawEvent.objects.filter(source=pbx).earliest("day").day
    fold_days(pbx, first, DAY + timedelta(days=4))
    refresh()
    assert verify(sources=[pbx]).digest == wanted.digest
    monthly.forget()
