"""What stands where a value stood, so that what was built from it can be built again the same way."""

from __future__ import annotations

import re

PREFIX = "erased~"
WORD = "[已删除]"
"""What stands for a value that nothing is computed from."""

_MARKER = re.compile(rf"{PREFIX}([0-9a-f]{{32}})")


def marker_of(token: bytes) -> str:
    """What replaces a value in a text from which its token is computed again."""
    return f"{PREFIX}{token.hex()}"


def token_in(text: str) -> bytes | None:
    """The token that a marker stands for; ``None`` for any other text."""
    found = _MARKER.fullmatch(text)
    return bytes.fromhex(found[1]) if found else None
