"""Writes: requests, holds, retention, erasure."""

from kefu.platform.custody.services.copying import collect
from kefu.platform.custody.services.erasing import erase_subject, reapply
from kefu.platform.custody.services.executing import execute_request, run_request
from kefu.platform.custody.services.holding import lift_hold, place_hold
from kefu.platform.custody.services.requests import record_request, refuse_request, withdraw_request
from kefu.platform.custody.services.retaining import run_retention, start_retention, would_go

__all__ = [
    "collect",
    "erase_subject",
    "execute_request",
    "lift_hold",
    "place_hold",
    "reapply",
    "record_request",
    "refuse_request",
    "run_request",
    "run_retention",
    "start_retention",
    "withdraw_request",
    "would_go",
]
