"""Resident identity numbers: the check digit, and what they say about birth and sex (GB 11643-1999)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kefu.areas.people.choices import Gender

LENGTH = 18
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a resident number says about its holder."""

    born_on: date
    gender: Gender


def check_digit(body: str) -> str:
    """The eighteenth sign of the seventeen digits ``body``: ISO 7064, MOD 11-2."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def identity_of(number: str) -> Identity | str:
    """What the number says, or what is wrong with it: ``length``, ``sign``, ``birth`` or ``check``.

    The region is not looked at: regions come and go, the number of a person stays.
    """
    if len(number) != LENGTH:
        return "length"
    body, last = number[:17], number[17]
    if not (body.isascii() and body.isdigit()) or last not in _CHECKS:
        return "sign"
    try:
        born_on = date(int(body[6:10]), int(body[10:12]), int(body[12:14]))
    except ValueError:
        return "birth"
    if check_digit(body) != last:
        return "check"
    return Identity(born_on, Gender.MALE if int(body[16]) % 2 else Gender.FEMALE)
