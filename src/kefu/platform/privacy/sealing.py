"""Texts that are kept encrypted beside their row: secrets of gateways, bodies of messages.

Unlike a value of the vault, a sealed text has no token, is never searched for and never shared between rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kefu.kernel.registry import Registry
from kefu.platform.privacy import keys

_ID_BYTES = 4


@dataclass(frozen=True, slots=True)
class SealedField:
    """A binary field of a model that holds sealed texts; ``context(row)`` is what each is bound to."""

    model: str
    field: str
    context: Callable[[Any], str]

    @property
    def code(self) -> str:
        """``app.Model.field``."""
        return f"{self.model}.{self.field}"


SEALED: Registry[SealedField] = Registry("sealed fields", lambda sealed: sealed.code)
"""Every sealed field, so that ``kefu privacy rotate`` reaches it."""


def sealed_field(model: str, field: str, *, context: Callable[[Any], str]) -> SealedField:
    """Declare that ``field`` of ``model`` (``app.Model``) holds sealed texts."""
    return SEALED.register(SealedField(model, field, context))


def seal(text: str, context: str) -> bytes:
    """``text`` encrypted under the current data key, bound to ``context``: it opens in its own place only."""
    return current_mark() + keys.encrypt(text.encode(), context.encode())


def unseal(sealed: bytes | memoryview, context: str) -> str:
    """The text; raises ``KeyMissing`` when its key is not at hand or it was moved or changed."""
    data = bytes(sealed)
    key_id = int.from_bytes(data[:_ID_BYTES], "big")
    return keys.decrypt(data[_ID_BYTES:], context.encode(), key_id).decode()


def current_mark() -> bytes:
    """How texts begin that are sealed under the current key."""
    return keys.current_key_id().to_bytes(_ID_BYTES, "big")
