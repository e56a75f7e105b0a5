"""Writes of the calls room: intake, fold, facts, loading of history, verification."""

from kefu.areas.calls.services.facts import recompute_days, refresh
from kefu.areas.calls.services.fold import Folded, fold_days, fold_pending
from kefu.areas.calls.services.history import Loaded, load_history
from kefu.areas.calls.services.intake import Intake, Position, Refused, take_in
from kefu.areas.calls.services.receiving import Received, receive_batch, receive_webhook
from kefu.areas.calls.services.rows import ensure_row_source, import_rows, read_mapping
from kefu.areas.calls.services.secrets import rotate_secret
from kefu.areas.calls.services.sources import ensure_source

__all__ = [
    "Folded",
    "Intake",
    "Loaded",
    "Position",
    "Received",
    "Refused",
    "ensure_row_source",
    "ensure_source",
    "fold_days",
    "fold_pending",
    "import_rows",
    "load_history",
    "read_mapping",
    "receive_batch",
    "receive_webhook",
    "recompute_days",
    "refresh",
    "rotate_secret",
    "take_in",
]
