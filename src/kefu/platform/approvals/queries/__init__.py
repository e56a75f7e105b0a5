"""Reads: requests as a viewer may see them, what waits for somebody, chains, and who would decide."""

from kefu.platform.approvals.queries.chains import chain_history, chain_in_force, chains_in_force
from kefu.platform.approvals.queries.previews import Preview, preview
from kefu.platform.approvals.queries.requests import (
    live_request,
    may_read_file,
    request_of,
    requests_for,
    requests_of,
    visible_request,
)
from kefu.platform.approvals.queries.seats import (
    alike_of,
    barred_of,
    deciders_of,
    own_seats,
    waiting_counts,
    waiting_for,
    waiting_step,
)

__all__ = [
    "Preview",
    "alike_of",
    "barred_of",
    "chain_history",
    "chain_in_force",
    "chains_in_force",
    "deciders_of",
    "live_request",
    "may_read_file",
    "own_seats",
    "preview",
    "request_of",
    "requests_for",
    "requests_of",
    "visible_request",
    "waiting_counts",
    "waiting_for",
    "waiting_step",
]
