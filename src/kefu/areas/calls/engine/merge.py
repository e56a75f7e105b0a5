"""Joining two deliveries of the same second.

A log is ordered by its lines' places, but a place is only known within the file that was delivered. Where a file was
cut, one second lies in two pieces. ``merge`` puts such pieces together so that every order of delivery gives the same
sequence: common lines are laid over one another; without any, the piece that a file *begins* with comes after the
piece that a file *ends* with. (Identical lines on both sides of a cut are taken for an overlap: nothing tells the two
cases apart.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def merge(known: Sequence[T], delivered: Sequence[T], *, begins: bool, ends: bool) -> list[T]:
    """The sequence of a second of which ``known`` is stored and ``delivered`` comes now.

    ``begins`` and ``ends`` say that the delivered file begins or ends with this second, so that its piece may lack
    lines before or after it.
    """
    if not known:
        return list(delivered)
    if begins and not ends:
        tail = _common_tail(known, delivered)
        head = _join(known[: len(known) - tail], delivered[: len(delivered) - tail])
        return [*head, *delivered[len(delivered) - tail :]]
    if ends and not begins:
        front = _common_tail(known[::-1], delivered[::-1])
        return [*delivered[:front], *_join(delivered[front:], known[front:])]
    if _contains(known, delivered):
        return list(known)
    if _contains(delivered, known):
        return list(delivered)
    after, before = _overlap(known, delivered), _overlap(delivered, known)
    return _join(delivered, known) if before > after else _join(known, delivered)


def occurrences(sequence: Sequence[T]) -> list[int]:
    """For each item, the how-manieth of its kind it is (from 1)."""
    counts: dict[T, int] = {}
    found = []
    for item in sequence:
        counts[item] = counts.get(item, 0) + 1
        found.append(counts[item])
    return found


def _join(first: Sequence[T], second: Sequence[T]) -> list[T]:
    if _contains(first, second):
        return list(first)
    return [*first, *second[_overlap(first, second) :]]


def _overlap(first: Sequence[T], second: Sequence[T]) -> int:
    """The longest end of ``first`` that is a beginning of ``second``."""
    for size in range(min(len(first), len(second)), 0, -1):
        if list(first[len(first) - size :]) == list(second[:size]):
            return size
    return 0


def _common_tail(first: Sequence[T], second: Sequence[T]) -> int:
    size = 0
    while size < min(len(first), len(second)) and first[len(first) - 1 - size] == second[len(second) - 1 - size]:
        size += 1
    return size


def _contains(whole: Sequence[T], part: Sequence[T]) -> bool:
    size = len(part)
    wanted = list(part)
    return any(list(whole[at : at + size]) == wanted for at in range(len(whole) - size + 1))
