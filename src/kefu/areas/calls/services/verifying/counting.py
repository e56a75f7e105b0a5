"""The facts of a day worked out from its visits, rings and states in plain Python: the other path than the upkeep's."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import Any

from kefu.areas.calls.engine.slots import SLOT_SECONDS
from kefu.areas.calls.rules import WAIT_BOUNDS
from kefu.areas.calls.services.sums import QUEUE_FLOW, TEAM_FLOW
from kefu.areas.calls.services.verifying.stored import AGENT_MEASURES, QUEUE_MEASURES, Day
from kefu.kernel import clock

Cells = dict[tuple[Any, ...], dict[str, int]]
OUTCOME_COLUMNS = {
    "waiting": "waiting",
    "answered": "answered",
    "abandoned": "abandoned",
    "timeout": "timed_out",
    "empty": "exited_empty",
    "exit_key": "exited_key",
    "withdrawn": "withdrawn",
    "overflow": "overflowed",
    "voicemail": "voicemail",
    "lost": "lost",
}
STATE_COLUMNS = {
    "ready": "state_ready_seconds",
    "ringing": "state_ringing_seconds",
    "talking": "state_talking_seconds",
    "holding": "state_holding_seconds",
    "wrap_up": "state_wrap_seconds",
    "not_ready": "state_not_ready_seconds",
}


def queue_cells(day: Day) -> Cells:
    """(queue, slot) → measures."""
    cells: Cells = defaultdict(lambda: dict.fromkeys(QUEUE_MEASURES, 0))
    for v in day.visits:
        _count_visit(cells[v["queue_id"], v["slot_at"]], v)
    return dict(cells)


def _count_visit(cell: dict[str, int], v: dict[str, Any]) -> None:
    outcome = v["outcome"]
    cell["offered"] += 1
    cell[OUTCOME_COLUMNS[outcome]] += 1
    cell["max_wait_seconds"] = max(cell["max_wait_seconds"], v["wait_seconds"])
    cell["ring_no_answer"] += v["failed_rings"]
    cell["routed"] += v["failed_rings"] + (v["answered_at"] is not None)
    cell["contacts"] += v["number"] == 1
    cell["repeats"] += bool(v["is_repeat"])
    if v["first_answer_seconds"] is not None:
        cell["first_answers"] += 1
        cell["first_answer_seconds"] += v["first_answer_seconds"]
        cell["first_answer_business_seconds"] += v["first_answer_business_seconds"] or 0
    if outcome == "answered":
        for name in ("ring_seconds", "talk_seconds", "hold_seconds", "wrap_seconds"):
            cell[name] += v[name]
        cell["answered_within"] += v["wait_seconds"] <= v["target_seconds"]
        cell["wait_answered_seconds"] += v["wait_seconds"]
        cell["handled"] += v["ended_at"] is not None
        cell["answered_no_talk"] += _is_silent(v)
        cell["no_talk_by_agent"] += _is_silent(v) and v["released_by"] == "agent"
        cell["agent_released"] += v["released_by"] == "agent"
        cell["transferred"] += v["transfer"] != ""
        cell["held"] += v["hold_seconds"] > 0
    elif outcome == "abandoned":
        cell["abandoned_within"] += v["wait_seconds"] <= v["target_seconds"]
        cell["abandoned_short"] += bool(v["is_short_abandon"])
        cell["wait_abandoned_seconds"] += v["wait_seconds"]


def _is_silent(v: dict[str, Any]) -> bool:
    return v["ended_at"] is not None and not (v["talk_seconds"] or v["hold_seconds"] or v["transfer"])


def agent_cells(day: Day) -> Cells:
    """(agent or None, queue or None, team, slot) → measures."""
    cells: Cells = defaultdict(lambda: dict.fromkeys(AGENT_MEASURES, 0))
    for v in day.visits:
        if v["outcome"] != "answered":
            continue
        cell = cells[v["agent_id"], v["queue_id"], v["team_node_id"], v["slot_at"]]
        for name in ("ring_seconds", "talk_seconds", "hold_seconds", "wrap_seconds"):
            cell[name] += v[name]
        cell["held"] += v["hold_seconds"] > 0
        cell["transferred"] += v["transfer"] != ""
        cell["agent_released"] += v["released_by"] == "agent"
        cell["answered_within"] += v["wait_seconds"] <= v["target_seconds"]
        cell["routed"] += v["answered_at"] is not None
        cell["repeats"] += bool(v["is_repeat"])
        cell["handled"] += v["ended_at"] is not None
        cell["answered_no_talk"] += _is_silent(v)
    for a in day.attempts:
        if a["result"] != "cancelled":
            cell = cells[a["agent_id"], a["queue_id"], a["team_node_id"], a["slot_at"]]
            cell["routed"] += 1
            cell["ring_no_answer"] += 1
    for i in day.intervals:
        if i["ended_at"] is None:
            continue
        at, end = int(i["started_at"].timestamp()), int(i["ended_at"].timestamp())
        while at < end:
            slot = at // SLOT_SECONDS * SLOT_SECONDS
            until = min(end, slot + SLOT_SECONDS)
            cell = cells[i["agent_id"], None, i["team_node_id"], datetime.fromtimestamp(slot, UTC)]
            cell[STATE_COLUMNS[i["state"]]] += until - at
            cell["logged_in_seconds"] += until - at
            at = until
    return dict(cells)


def sums(cells: Cells, places: int, measures: tuple[str, ...]) -> Cells:
    """Cells added up over everything but the first ``places`` parts of their keys."""
    found: Cells = defaultdict(lambda: dict.fromkeys(measures, 0))
    for key, cell in cells.items():
        total = found[key[:places]]
        for name, value in cell.items():
            total[name] = max(total[name], value) if name == "max_wait_seconds" else total[name] + value
    return dict(found)


def histogram(day: Day) -> dict[tuple[Any, ...], int]:
    """(queue, bucket) → answered visits."""
    counts: Counter[tuple[Any, ...]] = Counter()
    for v in day.visits:
        if v["outcome"] == "answered":
            counts[v["queue_id"], bisect_right(WAIT_BOUNDS, v["wait_seconds"]) - 1] += 1
    return dict(counts)


def queue_flow(day: Day, time_zone: str) -> Cells:
    """(queue, quarter of arrival, quarter of the outcome, its local day, its place there) → measures."""
    cells: Cells = defaultdict(lambda: dict.fromkeys(QUEUE_FLOW, 0))
    for v in day.visits:
        if v["outcome"] == "answered":
            cell = cells[v["queue_id"], v["slot_at"], *_quarter(v["answered_at"], time_zone)]
            cell["answered"] += 1
            cell["answered_within"] += v["wait_seconds"] <= v["target_seconds"]
            cell["answered_no_talk"] += _is_silent(v)
            cell["wait_answered_seconds"] += v["wait_seconds"]
        elif v["outcome"] == "abandoned":
            cells[v["queue_id"], v["slot_at"], *_quarter(v["ended_at"], time_zone)]["abandoned"] += 1
    return dict(cells)


def team_flow(day: Day, time_zone: str) -> Cells:
    """(team, queue, quarter of arrival, quarter of the end, its local day, its place there) → measures."""
    cells: Cells = defaultdict(lambda: dict.fromkeys(TEAM_FLOW, 0))
    for v in day.visits:
        if v["outcome"] == "answered" and v["ended_at"] is not None:
            ended = _quarter(v["ended_at"], time_zone)
            cell = cells[v["team_node_id"], v["queue_id"], v["slot_at"], *ended]
            cell["handled"] += 1
            for name in ("talk_seconds", "hold_seconds", "wrap_seconds"):
                cell[name] += v[name]
    return dict(cells)


def _quarter(at: datetime, time_zone: str) -> tuple[datetime, Any, int]:
    start = datetime.fromtimestamp(int(at.timestamp()) // SLOT_SECONDS * SLOT_SECONDS, UTC)
    return start, clock.local_date(start, time_zone), clock.local_slot(start, time_zone)
