"""Pure decisions about people: spelling, states, what a change of unit may do."""

from __future__ import annotations

import calendar
import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from pypinyin import Style, lazy_pinyin

from kefu.areas.people.choices import EmployeeState

MAX_LEVEL = 5
"""The highest level of a skill and the most stars."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class Stay(NamedTuple):
    """A membership, or the holding of a post, as a rule sees it; ``unit_id`` is the unit or the post."""

    unit_id: int
    starts_on: date
    ends_on: date | None


def name_key(name: str) -> str:
    """What a Chinese name sorts and is searched by: its pinyin without tones, a blank between syllables.

    The database has no collation for Chinese. ``name_key("张伟") == "zhang wei"``; other scripts are kept, lower case.
    """
    return " ".join(part.strip() for part in lazy_pinyin(name.strip(), style=Style.NORMAL)).lower()[:160]


def initials(name: str) -> str:
    """The first letters of the syllables: ``zw`` for 张伟."""
    return "".join(part[0] for part in name_key(name).split() if part)[:32]


def is_code(text: str) -> bool:
    """Whether ``text`` can be a number or code: a letter or digit first, then letters, digits and ``. _ -``."""
    return _CODE.fullmatch(text) is not None


def tidy_lines(text: str) -> str:
    """A list with one item a line: without blanks around items, bullets in front, and empty lines."""
    return "\n".join(line.strip().lstrip("-•·").strip() for line in text.splitlines() if line.strip(" -•·\t"))


def state_on(day: date, hired_on: date, left_on: date | None) -> EmployeeState:
    """Whether somebody works here on ``day``; the day of leaving is the last day of work."""
    if day < hired_on:
        return EmployeeState.COMING
    return EmployeeState.LEFT if left_on is not None and day > left_on else EmployeeState.EMPLOYED


def transfer_fault(stays: Iterable[Stay], unit_id: int, starts_on: date, hired_on: date) -> str | None:
    """Why somebody cannot come to ``unit_id`` on ``starts_on``; ``None`` when they can.

    ``early``: before they were hired · ``planned``: a later change is on file · ``same``: they are there already.
    """
    if starts_on < hired_on:
        return "early"
    stays = list(stays)
    if any(stay.starts_on > starts_on for stay in stays):
        return "planned"
    current = next(
        (s for s in stays if s.starts_on <= starts_on and (s.ends_on is None or s.ends_on > starts_on)), None
    )
    return "same" if current is not None and current.unit_id == unit_id else None


def expiry_of(certified_on: date, valid_months: int | None) -> date | None:
    """The last good day of a certificate: the day before the same day ``valid_months`` later (``None``: for good)."""
    if valid_months is None:
        return None
    months = certified_on.year * 12 + certified_on.month - 1 + valid_months
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(certified_on.day, last)) - timedelta(days=1)


def may_sit(levels: Mapping[str, int], required: Mapping[str, int], *, any_of: bool) -> bool:
    """Whether somebody with these skill levels may sit at a seat that asks for ``required``."""
    met = [levels.get(skill, 0) >= level for skill, level in required.items()]
    return any(met) if any_of and met else all(met)


def code_digest(title: str, body: str) -> str:
    """The SHA-256 of a version of the staff code: of what is signed, to the letter."""
    return hashlib.sha256(f"{title}\n\n{body}".encode()).hexdigest()
