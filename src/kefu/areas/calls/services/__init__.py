"""Writes of the calls room: intake, fold, facts, loading of history, verification, arranging, recordings."""

from kefu.areas.calls.services.arranging import save_queue, set_agent_alias, set_queue_alias
from kefu.areas.calls.services.disposing import dispose_visit, save_disposition
from kefu.areas.calls.services.events import masked_text
from kefu.areas.calls.services.facts import recompute_days, refresh
from kefu.areas.calls.services.fold import Folded, fold_days, fold_pending
from kefu.areas.calls.services.history import join_calls, join_states, load_history, open_history
from kefu.areas.calls.services.intake import Intake, Position, Refused, take_in
from kefu.areas.calls.services.linking import change_source, link_down, link_up
from kefu.areas.calls.services.live import LastWeek, publish_wall
from kefu.areas.calls.services.owners import follow_owners
from kefu.areas.calls.services.receiving import Received, receive_batch, receive_webhook
from kefu.areas.calls.services.recordings import attach_recording, mark_recording, remove_marker
from kefu.areas.calls.services.rows import ensure_row_source, import_rows, read_mapping
from kefu.areas.calls.services.secrets import rotate_secret
from kefu.areas.calls.services.service_time import note_service_time
from kefu.areas.calls.services.sources import ensure_source

__all__ = [
    "Folded",
    "Intake",
    "LastWeek",
    "Position",
    "Received",
    "Refused",
    "attach_recording",
    "change_source",
    "dispose_visit",
    "ensure_row_source",
    "ensure_source",
    "fold_days",
    "fold_pending",
    "follow_owners",
    "import_rows",
    "join_calls",
    "join_states",
    "link_down",
    "link_up",
    "load_history",
    "mark_recording",
    "masked_text",
    "note_service_time",
    "open_history",
    "publish_wall",
    "read_mapping",
    "receive_batch",
    "receive_webhook",
    "recompute_days",
    "refresh",
    "remove_marker",
    "rotate_secret",
    "save_disposition",
    "save_queue",
    "set_agent_alias",
    "set_queue_alias",
    "take_in",
]
