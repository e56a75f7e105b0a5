"""The places of lines in their seconds, counted as a file is read.

A place is the how-manieth line of its second a line is (``ordinal``) and the how-manieth of its kind in that second
(``nth``). A second that is not over yet is held back: the file may end with it, and go on in another file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

RawRow = tuple[int, int, str, int, int, bytes]
"""second, at_ms, hash (hex), nth, ordinal, line"""

SECONDS_KEPT = 20_000
"""How many distinct seconds back a line of an earlier second still finds its count (a clock that was set back)."""
SECONDS_CARRIED = 3
"""How many of them a checkpoint carries from one piece of a followed file to the next."""
LONGEST_MERGE = 4_000
"""A second with more lines than that is not laid over another delivery's; no telephone system writes so many."""
ELSEWHERE = ""
"""Stands in a second's counts for the lines of it that only another delivery has."""


def line_hash(data: bytes) -> str:
    """The hash by which a line is known (hex)."""
    return blake2b(data, digest_size=16).hexdigest()


class Places:
    """Counts the lines of one delivery.

    ``begins`` says that nothing is known of what came before the first line. Then ``head`` holds the rows of the first
    second as soon as that is over, to be merged with what is stored of it.
    """

    def __init__(self, *, begins: bool = True) -> None:
        self.begins = begins
        self.head: list[RawRow] = []
        self.held: list[RawRow] = []
        self._seconds: dict[int, dict[str, int]] = {}
        self._second = -1
        self._vast = -1

    @classmethod
    def going_on(cls, counted: Iterable[tuple[int, int, dict[str, int]]]) -> Places:
        """Counts that go on where ``counted`` (of an earlier delivery) ended."""
        places = cls(begins=False)
        for second, count, nth in counted:
            elsewhere = count - sum(nth.values())
            places._seconds[second] = {**nth, ELSEWHERE: elsewhere} if elsewhere else dict(nth)
        return places

    def counted(self) -> list[tuple[int, int, dict[str, int]]]:
        """What ``going_on`` needs: (second, lines, occurrences of each) of the last seconds."""
        return [
            (second, sum(nth.values()), {digest: n for digest, n in nth.items() if digest != ELSEWHERE})
            for second, nth in list(self._seconds.items())[-SECONDS_CARRIED:]
        ]

    def count(self, lines: Sequence[bytes], moments: Sequence[int]) -> list[RawRow]:
        """Give lines (written at ``moments``, in ms) their places; returns the rows of seconds that are over."""
        rows, seconds, last = self.held, self._seconds, self._second
        nth = seconds.get(last, {})
        ordinal, start = sum(nth.values()), 0
        digests = [blake2b(line, digest_size=16).hexdigest() for line in lines]
        for data, at_ms, digest in zip(lines, moments, digests, strict=True):
            second = at_ms // 1000
            if second != last:
                last, start = second, len(rows)
                if second in seconds:
                    nth = seconds[second] = seconds.pop(second)
                    ordinal = sum(nth.values())
                else:
                    nth = seconds[second] = {}
                    ordinal = 0
            seen = nth[digest] = nth.get(digest, 0) + 1
            rows.append((second, at_ms, digest, seen, ordinal, data))
            ordinal += 1
        self._second = last
        self.held = rows[start:]
        del rows[start:]
        if self.begins and rows:
            self._part_head(rows)
        if len(self.held) > LONGEST_MERGE:
            self._vast, self.begins = last, False
            rows += self.release()
        if len(seconds) >= SECONDS_KEPT:
            for old in list(seconds)[: SECONDS_KEPT // 2]:
                del seconds[old]
        return rows

    @property
    def may_go_on(self) -> bool:
        """Whether what is held is all there is of the last second in this delivery, fit to be merged."""
        return bool(self.held) and self._vast != self._second

    def release(self) -> list[RawRow]:
        """What was held back."""
        held, self.held = self.held, []
        return held

    def move_on(self, second: int, further: int, rows: list[RawRow]) -> list[RawRow]:
        """``rows``, those of ``second`` put behind ``further`` lines that another delivery has of it.

        So is what is held, and what will be counted: a clock that was set back may bring a second twice.
        """
        self.held = _moved(self.held, second, further)
        if nth := self._seconds.get(second):
            nth[ELSEWHERE] = nth.get(ELSEWHERE, 0) + further
        return _moved(rows, second, further)

    def _part_head(self, rows: list[RawRow]) -> None:
        first = rows[0][0]
        size = next((n for n, row in enumerate(rows) if row[0] != first), len(rows))
        self.begins = False
        if size <= LONGEST_MERGE:
            self.head = rows[:size]
            del rows[:size]


def unplaced(lines: Sequence[bytes], moments: Sequence[int]) -> list[RawRow]:
    """Rows of a format in which the same line is the same thing wherever it stands."""
    return [(at_ms // 1000, at_ms, line_hash(data), 1, 0, data) for data, at_ms in zip(lines, moments, strict=True)]


def _moved(rows: list[Any], second: int, further: int) -> list[RawRow]:
    return [(*r[:4], r[4] + further, r[5]) if r[0] == second else r for r in rows]
