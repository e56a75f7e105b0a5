"""Joining two deliveries of the same second."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu.areas.calls.engine.merge import merge, occurrences


@pytest.mark.parametrize(
    ("known", "delivered", "begins", "ends", "wanted"),
    [
        ("", "abc", True, True, "abc"),
        ("ab", "cd", True, False, "abcd"),
        ("cd", "ab", False, True, "abcd"),
        ("abc", "bcd", True, False, "abcd"),
        ("bcd", "abc", False, True, "abcd"),
        ("abcd", "cd", True, False, "abcd"),
        ("cd", "abcd", False, False, "abcd"),
        ("ad", "bcd", True, False, "abcd"),
        ("ad", "abc", False, True, "abcd"),
        ("xa", "bx", True, False, "xabx"),
        ("bx", "xa", False, True, "xabx"),
        ("abcd", "bc", True, True, "abcd"),
    ],
)
def test_pieces_join(known: str, delivered: str, begins: bool, ends: bool, wanted: str) -> None:
    assert "".join(merge(known, delivered, begins=begins, ends=ends)) == wanted


def test_occurrences_count_from_one() -> None:
    assert occurrences("abaca") == [1, 1, 2, 1, 3]


@given(
    size=st.integers(1, 8),
    pieces=st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=1, max_size=6),
    order=st.randoms(use_true_random=False),
)
def test_heads_and_tails_in_any_order_end_in_the_whole(
    size: int, pieces: list[tuple[bool, int]], order: object
) -> None:
    whole = [chr(97 + n) for n in range(size)]
    deliveries = [(whole[min(at, size - 1) :], True) if tail else (whole[: max(at, 1)], False) for tail, at in pieces]
    cut = max(len(piece) for piece, tail in [*deliveries, (whole[:1], False)] if not tail)
    deliveries += [(whole[cut:], True)] if cut < size else []
    deliveries += [(whole[:cut], False)]
    order.shuffle(deliveries)  # type: ignore[attr-defined]
    known: list[str] = []
    for piece, tail in deliveries:
        known = merge(known, piece, begins=tail, ends=not tail)
    assert known == whole
