"""Whose telephone login is this? Suggestions from number, name and pinyin. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

_CHANNEL = re.compile(r"^[A-Za-z]+/")
_SUFFIX = re.compile(r"-[0-9a-f]{8}$")
NUMBER, DIGITS, NAME, PINYIN = "number", "digits", "name", "pinyin"


@dataclass(frozen=True, slots=True)
class Login:
    """A login as the telephone system names it."""

    id: int
    code: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An employee to whom a login may belong."""

    id: int
    number: str
    name: str
    name_key: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The one employee to whom a login seems to belong, and the trait by which it was recognised."""

    login_id: int
    employee_id: int
    why: str


def bare(code: str) -> str:
    """A login without channel and call suffix: ``PJSIP/2001-0000002a`` and ``Agent/2001`` are ``2001``."""
    return _SUFFIX.sub("", _CHANNEL.sub("", code.strip()))


def suggest(logins: Sequence[Login], candidates: Sequence[Candidate]) -> list[Suggestion]:
    """At most one suggestion per login and per employee, in the order of ``logins``.

    Traits are tried from the surest to the weakest. A trait that two employees or two logins share suggests nothing.
    """
    found: dict[int, Suggestion] = {}
    taken: set[int] = set()
    for why, of_login, of_person in _TRAITS:
        free_logins = [login for login in logins if login.id not in found]
        free_people = [person for person in candidates if person.id not in taken]
        people = _unique((of_person(person), person.id) for person in free_people)
        for trait, login_id in _unique((of_login(login), login.id) for login in free_logins).items():
            if trait in people:
                found[login_id] = Suggestion(login_id, people[trait], why)
                taken.add(people[trait])
    return [found[login.id] for login in logins if login.id in found]


def _unique(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    given = [(trait, key) for trait, key in pairs if trait]
    counts = Counter(trait for trait, _ in given)
    return {trait: key for trait, key in given if counts[trait] == 1}


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit()).lstrip("0")


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


_TRAITS: tuple[tuple[str, Callable[[Login], str], Callable[[Candidate], str]], ...] = (
    (NUMBER, lambda login: bare(login.code).casefold(), lambda person: person.number.casefold()),
    (NAME, lambda login: login.name.strip() or bare(login.code), lambda person: person.name.strip()),
    (DIGITS, lambda login: _digits(bare(login.code)), lambda person: _digits(person.number)),
    (PINYIN, lambda login: _letters(login.name or bare(login.code)), lambda person: _letters(person.name_key)),
)
