"""What the columns of the facts are: for each its sum over the rows it is made of, in SQL."""

from __future__ import annotations

DONE = "v.outcome = 'answered' AND v.ended_at IS NOT NULL"
TALKED = "(v.talk_seconds + v.hold_seconds > 0 OR v.transfer <> '')"
SILENT = f"{DONE} AND NOT {TALKED}"

QUEUE_SUMS: dict[str, str] = {
    "offered": "count(*)",
    "answered": "count(*) FILTER (WHERE v.outcome = 'answered')",
    "answered_within": "count(*) FILTER (WHERE v.outcome = 'answered' AND v.is_within_target)",
    "answered_no_talk": f"count(*) FILTER (WHERE {SILENT})",
    "no_talk_by_agent": f"count(*) FILTER (WHERE {SILENT} AND v.released_by = 'agent')",
    "abandoned": "count(*) FILTER (WHERE v.outcome = 'abandoned')",
    "abandoned_within": "count(*) FILTER (WHERE v.outcome = 'abandoned' AND v.is_within_target)",
    "abandoned_short": "count(*) FILTER (WHERE v.is_short_abandon)",
    "timed_out": "count(*) FILTER (WHERE v.outcome = 'timeout')",
    "exited_empty": "count(*) FILTER (WHERE v.outcome = 'empty')",
    "exited_key": "count(*) FILTER (WHERE v.outcome = 'exit_key')",
    "withdrawn": "count(*) FILTER (WHERE v.outcome = 'withdrawn')",
    "overflowed": "count(*) FILTER (WHERE v.outcome = 'overflow')",
    "voicemail": "count(*) FILTER (WHERE v.outcome = 'voicemail')",
    "lost": "count(*) FILTER (WHERE v.outcome = 'lost')",
    "waiting": "count(*) FILTER (WHERE v.outcome = 'waiting')",
    "agent_released": "count(*) FILTER (WHERE v.outcome = 'answered' AND v.released_by = 'agent')",
    "wait_answered_seconds": "coalesce(sum(v.wait_seconds) FILTER (WHERE v.outcome = 'answered'), 0)",
    "wait_abandoned_seconds": "coalesce(sum(v.wait_seconds) FILTER (WHERE v.outcome = 'abandoned'), 0)",
    "ring_seconds": "coalesce(sum(v.ring_seconds) FILTER (WHERE v.outcome = 'answered'), 0)",
    "talk_seconds": "coalesce(sum(v.talk_seconds) FILTER (WHERE v.outcome = 'answered'), 0)",
    "hold_seconds": "coalesce(sum(v.hold_seconds) FILTER (WHERE v.outcome = 'answered'), 0)",
    "wrap_seconds": "coalesce(sum(v.wrap_seconds) FILTER (WHERE v.outcome = 'answered'), 0)",
    "handled": f"count(*) FILTER (WHERE {DONE})",
    "held": "count(*) FILTER (WHERE v.outcome = 'answered' AND v.hold_seconds > 0)",
    "transferred": "count(*) FILTER (WHERE v.outcome = 'answered' AND v.transfer <> '')",
    "routed": "count(*) FILTER (WHERE v.answered_at IS NOT NULL) + sum(v.failed_rings)",
    "ring_no_answer": "sum(v.failed_rings)",
    "contacts": "count(*) FILTER (WHERE v.number = 1)",
    "repeats": "count(*) FILTER (WHERE v.is_repeat)",
    "first_answers": "count(v.first_answer_seconds)",
    "first_answer_seconds": "coalesce(sum(v.first_answer_seconds), 0)",
    "first_answer_business_seconds": "coalesce(sum(v.first_answer_business_seconds), 0)",
    "max_wait_seconds": "max(v.wait_seconds)",
}
"""Column of a queue fact → what it is of the visits that entered in its quarter."""

SHARED = (
    "handled", "talk_seconds", "hold_seconds", "wrap_seconds", "ring_seconds", "held", "transferred", "agent_released",
    "answered_within", "answered_no_talk",
)  # fmt: skip
"""What queue and agent facts both hold, of the same answered visits in the same quarter (that of their arrival): the
sums of the two are equal for any source, queue and time. ``kefu calls verify`` holds them to it."""

AGENT_SUMS: dict[str, str] = {
    **{column: QUEUE_SUMS[column] for column in SHARED},
    "routed": "count(v.answered_at)",
    "repeats": QUEUE_SUMS["repeats"],
}
RING_SUMS = {"routed": "count(*)", "ring_no_answer": "count(*)"}
STATES = {
    "state_ready_seconds": "ready",
    "state_ringing_seconds": "ringing",
    "state_talking_seconds": "talking",
    "state_holding_seconds": "holding",
    "state_wrap_seconds": "wrap_up",
    "state_not_ready_seconds": "not_ready",
}
AGENT_COLUMNS = (*dict.fromkeys((*AGENT_SUMS, *RING_SUMS)), *STATES, "logged_in_seconds")
QUEUE_COLUMNS = tuple(QUEUE_SUMS)
MAXIMA = frozenset({"max_wait_seconds"})

QUEUE_FLOW = {
    column: QUEUE_SUMS[column]
    for column in ("answered", "answered_within", "answered_no_talk", "abandoned", "wait_answered_seconds")
}
"""What became of visits, in the quarter in which they were answered or abandoned."""
TEAM_FLOW = {column: QUEUE_SUMS[column] for column in ("handled", "talk_seconds", "hold_seconds", "wrap_seconds")}
"""What conversations were, in the quarter in which they ended."""


def local_slot(instant: str) -> str:
    """The place of a quarter in the local day of its source ``s``."""
    local = f"{instant} AT TIME ZONE s.time_zone"
    return f"(date_part('hour', {local}) * 4 + floor(date_part('minute', {local}) / 15))::int"
