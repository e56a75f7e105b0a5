"""Pure: what of an entry is hashed, and how links are chained."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

GENESIS = bytes(32)
"""What the first link is chained to."""

HASHED_FIELDS = (
    "id",
    "at",
    "actor_kind",
    "actor_label",
    "user_id",
    "token_id",
    "ip",
    "session",
    "cause",
    "action",
    "target",
    "before",
    "after",
    "reason",
    "node_id",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def canonical(entry: Mapping[str, Any]) -> bytes:
    """The one spelling of an entry: JSON with sorted keys, no spaces, instants in microseconds since 1970."""
    values = {field: entry[field] for field in HASHED_FIELDS}
    since = values["at"] - _EPOCH
    values["at"] = (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def link(previous: bytes, seq: int, entry: Mapping[str, Any]) -> bytes:
    """The hash of one link: SHA-256 over the previous hash, the place in the chain and the entry."""
    return hashlib.sha256(previous + seq.to_bytes(8, "big") + canonical(entry)).digest()
