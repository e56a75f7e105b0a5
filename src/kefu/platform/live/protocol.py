"""What travels on a stream: server-sent events, written out once for all readers."""

from __future__ import annotations

import json
from typing import Any

HEARTBEAT_SECONDS = 10.0
"""A reader that has heard nothing for 15 seconds calls itself stale, so one beat may be late but not lost."""


def frame(event: str, data: str) -> bytes:
    """One server-sent event; ``data`` holds no line break (JSON never does)."""
    return f"event: {event}\ndata: {data}\n\n".encode()


def message(event: str, **data: Any) -> bytes:
    """One server-sent event with JSON data."""
    return frame(event, json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def snapshot(topic: str, version: int, body: str, sent_at: int) -> bytes:
    """The newest state of a topic; ``sent_at`` is the server's clock in milliseconds."""
    return frame("snapshot", f'{{"topic":"{topic}","version":{version},"sent_at":{sent_at},"payload":{body}}}')


def beat(sent_at: int) -> bytes:
    """A sign of life."""
    return message("beat", sent_at=sent_at)
