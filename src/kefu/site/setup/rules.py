"""Pure decisions of set-up."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

VALID_FOR = timedelta(hours=24)
"""How long a set-up link opens the door."""


def digest_of(code: str) -> str:
    """What is kept of a link's code: enough to know it again, not enough to use it."""
    return hashlib.sha256(f"kefu-setup:{code.strip()}".encode()).hexdigest()


def is_open(*, used_at: datetime | None, expires_at: datetime, now: datetime) -> bool:
    """Whether a link still works."""
    return used_at is None and now < expires_at
