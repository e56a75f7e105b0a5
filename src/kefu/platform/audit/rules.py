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
PERSONAL_FIELDS = ("actor_label", "ip", "cause", "target", "before", "after", "reason")
"""What may name a person: bound by the proof, so that it can be taken out without breaking the chain."""

BOUND_FIELDS = tuple(field for field in HASHED_FIELDS if field not in PERSONAL_FIELDS)
SALT_BYTES = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def canonical(entry: Mapping[str, Any], fields: tuple[str, ...] = HASHED_FIELDS) -> bytes:
    """The one spelling of an entry: JSON with sorted keys, no spaces, instants in microseconds since 1970."""
    values = {field: entry[field] for field in fields}
    if "at" in values:
        since = values["at"] - _EPOCH
        values["at"] = (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def proof_of(entry: Mapping[str, Any], salt: bytes) -> bytes:
    """The digest that stands in the chain for what may name a person."""
    return hashlib.sha256(salt + canonical(entry, PERSONAL_FIELDS)).digest()


def link(previous: bytes, seq: int, entry: Mapping[str, Any], proof: bytes | None = None) -> bytes:
    """The hash of one link: SHA-256 over the previous hash, the place in the chain and the entry.

    With a ``proof`` that stands for the personal fields; entries of before there were proofs are bound whole.
    """
    place = previous + seq.to_bytes(8, "big")
    if proof is None:
        return hashlib.sha256(place + canonical(entry)).digest()
    return hashlib.sha256(place + proof + canonical(entry, BOUND_FIELDS)).digest()


def is_as_sealed(entry: Mapping[str, Any], seq: int, previous: bytes) -> bool:
    """Whether an entry is what was sealed: ``hash``, ``proof``, ``salt`` and ``redacted_at`` are those of the row.

    Of a redacted entry the rest still has to fit its proof; one sealed before there were proofs stands by its links.
    """
    known = bytes(entry["hash"])
    proof = bytes(entry["proof"]) if entry["proof"] is not None else None
    if entry["redacted_at"] is not None:
        return proof is None or link(previous, seq, entry, proof) == known
    if proof is not None and proof_of(entry, bytes(entry["salt"] or b"")) != proof:
        return False
    return link(previous, seq, entry, proof) == known
