"""Reads of the calls room."""

from kefu.areas.calls.queries.names import (
    agent_ids_called,
    agent_name,
    node_ids_called,
    queue_choices,
    site_choices,
    source_choices,
    team_choices,
)
from kefu.areas.calls.queries.visits import (
    agents_inside,
    attempts_of,
    caller_tokens,
    holds_of,
    journey_of,
    masks_of,
    stretches_of,
    visit_for,
    visits_for,
    visits_url,
)

__all__ = [
    "agent_ids_called",
    "agent_name",
    "agents_inside",
    "attempts_of",
    "caller_tokens",
    "holds_of",
    "journey_of",
    "masks_of",
    "node_ids_called",
    "queue_choices",
    "site_choices",
    "source_choices",
    "stretches_of",
    "team_choices",
    "visit_for",
    "visits_for",
    "visits_url",
]
