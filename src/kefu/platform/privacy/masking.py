"""Pure: normalising and masking personal values, and masking them in free text."""

from __future__ import annotations

import re
import unicodedata

from kefu.platform.privacy.choices import Kind

_SPACES = re.compile(r"\s+")
_NOT_DIALLED = re.compile(r"[\s().\-\u2010-\u2015/]+")
_CHINESE_PREFIX = re.compile(r"(?:\+|00)?86(?=1[3-9]\d{9}$)|(?:\+|00)86(?=0?\d{9,11}$)")


def normalise(kind: str, value: str) -> str:
    """The one spelling under which equal values are equal (``+86 138-0013 8000`` and ``13800138000``)."""
    if kind == Kind.PHONE and value.isascii() and value.isdigit() and value[0] not in "08":
        return value  # as nearly all come from a PBX
    text = unicodedata.normalize("NFKC", value).strip()
    if kind == Kind.PHONE:
        text = _composed(_NOT_DIALLED.sub("", text.lower()))
        return _CHINESE_PREFIX.sub("", text, count=1)
    if kind == Kind.ID_NUMBER:
        return _composed(_SPACES.sub("", text.upper()))
    if kind == Kind.BANK_ACCOUNT:
        return _composed(_NOT_DIALLED.sub("", text))
    if kind == Kind.EMAIL:
        return _composed(text.lower())
    return _SPACES.sub(" ", text)


def _composed(text: str) -> str:
    """Another case, or two signs that have come together, can be written as one sign again."""
    return unicodedata.normalize("NFKC", text)


def mask(kind: str, value: str) -> str:
    """What everybody may see of a value: ``138****6621``, ``王**``, ``3301**********1234``, ``w***@example.com``.

    At least half of a short value is hidden; an empty value stays empty.
    """
    return mask_normalised(kind, normalise(kind, value))


def mask_normalised(kind: str, text: str) -> str:
    """``mask`` of what ``normalise`` has returned."""
    if not text:
        return ""
    if kind == Kind.PHONE:
        return _mask_phone(text)
    if kind == Kind.NAME:
        return text[0] + "*" * min(max(len(text) - 1, 1), 3)
    if kind in (Kind.ID_NUMBER, Kind.BANK_ACCOUNT):
        return _keep(text, 4, 4)
    if kind == Kind.ADDRESS:
        return text[: min(6, len(text) // 2)] + "****"
    if kind == Kind.EMAIL:
        name, at, host = text.partition("@")
        return f"{name[:1]}***{at}{host}" if at else _keep(text, 1, 0)
    return _keep(text, 2, 2)


def _mask_phone(text: str) -> str:
    if len(text) >= 11:
        return text[:3] + "*" * (len(text) - 7) + text[-4:]
    if len(text) >= 7:
        return text[:2] + "*" * (len(text) - 5) + text[-3:] if len(text) > 8 else text[0] + "****" + text[-2:]
    # Internal extensions and short service numbers tell little; still only the ends are shown.
    return text[0] + "*" * (len(text) - 1)


def _keep(text: str, head: int, tail: int) -> str:
    """The first ``head`` and last ``tail`` characters, fewer when that were more than half of the value."""
    while head + tail > len(text) // 2 and head + tail > 0:
        if tail >= head:
            tail -= 1
        else:
            head -= 1
    return text[:head] + "*" * (len(text) - head - tail) + (text[-tail:] if tail else "")


# Mainland mobile numbers, land lines with area code, and resident identity numbers, not inside longer digit runs.
_IN_TEXT = re.compile(
    r"(?<![\d.])(?:"
    r"(?P<id>[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx])"
    r"|(?:\+?86[- ]?)?(?P<mobile>1[3-9]\d[- ]?\d{4}[- ]?\d{4})"
    r"|(?P<line>0\d{2,3}-\d{7,8})"
    r")(?!\d)"
)


def mask_text(text: str) -> str:
    """Free text with telephone and identity numbers masked."""
    return _IN_TEXT.sub(_mask_match, text)


def _mask_match(match: re.Match[str]) -> str:
    if match["id"]:
        return mask(Kind.ID_NUMBER, match["id"])
    return mask(Kind.PHONE, match["mobile"] or match["line"])
