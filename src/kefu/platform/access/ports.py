"""What access needs from apps above it: the editable parameters and the sealing of secrets, plugged in at start-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """A number of the sign-in policy: its code among the parameters, its default and bounds."""

    code: str
    default: int
    minimum: int
    maximum: int


PASSWORD_MINIMUM = Policy("access.password_minimum", 10, 8, 64)
PASSWORD_HISTORY = Policy("access.password_history", 3, 0, 24)
PASSWORD_MAX_DAYS = Policy("access.password_max_days", 0, 0, 3650)
IDLE_LOCK_MINUTES = Policy("access.idle_lock_minutes", 0, 0, 480)

_read: Callable[[str], object] | None = None
_seal: Callable[[str, str], bytes] | None = None
_unseal: Callable[[bytes, str], str] | None = None


def plug(
    *, read: Callable[[str], object], seal: Callable[[str, str], bytes], unseal: Callable[[bytes, str], str]
) -> None:
    """Let ``read`` answer for parameters, ``seal`` and ``unseal`` keep secrets."""
    global _read, _seal, _unseal
    _read, _seal, _unseal = read, seal, unseal


def policy(item: Policy) -> int:
    """The number in force."""
    found = _read(item.code) if _read is not None else item.default
    return int(str(found))


def seal(text: str, context: str) -> bytes:
    """``text`` encrypted, bound to ``context``."""
    if _seal is None:
        raise RuntimeError("Nothing seals secrets; is kefu.platform.privacy installed?")
    return _seal(text, context)


def unseal(sealed: bytes | memoryview, context: str) -> str:
    """The text."""
    if _unseal is None:
        raise RuntimeError("Nothing opens secrets; is kefu.platform.privacy installed?")
    return _unseal(bytes(sealed), context)
