"""The key of the tokens, read once per process, and the token of a value."""

from __future__ import annotations

import hmac

from django.conf import settings

from kefu.platform.privacy import keys
from kefu.platform.privacy.masking import normalise
from kefu.platform.privacy.models import TokenKey

_known: dict[tuple[str, tuple[str, ...]], bytes] = {}


def token_key() -> bytes:
    """The installation's token key; derived from the data key while the database holds none."""
    settings_key = (settings.DATA_KEY, tuple(settings.DATA_KEYS_PREVIOUS))
    known = _known.get(settings_key)
    if known is None:
        row = TokenKey.objects.first()
        known = keys.unwrap_token_key(bytes(row.wrapped), row.key_id) if row else keys.first_token_key()
        _known[settings_key] = known
    return known


def compute(key: bytes, kind: str, normalised: str) -> bytes:
    """HMAC-SHA-256 of kind and normalised value, cut to 16 bytes."""
    return hmac.digest(key, f"{kind}\0{normalised}".encode(), "sha256")[:16]


def token_of(kind: str, value: str) -> bytes:
    """The token of a value, whether or not it is in the vault; the way to search for a whole number."""
    return compute(token_key(), kind, normalise(kind, value))
