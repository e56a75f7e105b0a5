"""Raw intake: each line once, in its place, whatever the pieces in which a log is delivered."""

from __future__ import annotations

import itertools
import random
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kefu.areas.calls.models import Checkpoint, RawBatch, RawEvent, RawFault, Source
from kefu.areas.calls.services import Intake, Position, Refused, intake, take_in
from kefu.areas.calls.tests.logs import lawful_log
from kefu.areas.calls.tests.reading import CAPTURE, file_lines, real
from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotSignedIn
from kefu.platform.partitions import monthly

SYSTEM = Actor.system("test")


def deliver(source: Source, lines: list[Any], **more: Any) -> Intake:
    return take_in(actor=SYSTEM, source=source, origin="test", lines=lines, **more)


def stored(source: Source) -> list[tuple[Any, ...]]:
    rows = RawEvent.objects.filter(source=source).order_by("occurred_at", "ordinal", "line_hash", "nth")
    return [
        (int(at.timestamp()), ordinal, nth, text)
        for at, ordinal, nth, text in rows.values_list("occurred_at", "ordinal", "nth", "text")
    ]


def test_lines_are_stored_verbatim_in_their_places(pbx: Source) -> None:
    taken = deliver(
        pbx, ["1795216100|NONE|q|a|PAUSE|x\\n\t|y", "1795216100|NONE|q|b|PAUSE|", "1795216101|NONE|q|b|PAUSE|", ""]
    )
    assert (taken.raw, taken.new, taken.set_aside) == (3, 3, 0)
    assert stored(pbx) == [
        (1795216100, 0, 1, "1795216100|NONE|q|a|PAUSE|x\\n\t|y"),
        (1795216100, 1, 1, "1795216100|NONE|q|b|PAUSE|"),
        (1795216101, 0, 1, "1795216101|NONE|q|b|PAUSE|"),
    ]
    assert {str(row.day) for row in RawEvent.objects.all()} == {"2026-11-21"}


def test_the_same_line_twice_in_a_second_is_two_rows_and_again_none(pbx: Source) -> None:
    lines = ["1795216100|NONE|q|a|PAUSE|", "1795216100|NONE|q|a|PAUSE|", "1795216200|NONE|q|a|PAUSE|"]
    assert deliver(pbx, lines).new == 3
    again = deliver(pbx, lines)
    assert (again.raw, again.new, again.batch_id) == (3, 0, None)
    assert RawBatch.objects.count() == 1


def test_lines_that_cannot_be_right_are_set_aside_with_the_reason_once(pbx: Source) -> None:
    lines = [
        b"rubbish",
        b"1795216100|c|q|NONE|ABANDON|1",
        b"5|c|q|NONE|ABANDON|1|2|3",
        b"1795216100|\0|q|a|PAUSE|",
        Refused("torn", "torn", "行已损坏"),
    ]
    first, second = deliver(pbx, lines), deliver(pbx, lines)
    assert (first.raw, first.new, first.set_aside) == (5, 0, 5)
    assert (second.raw, second.new, second.set_aside) == (5, 0, 5)
    assert list(RawFault.objects.order_by("line_number").values_list("line_number", "code")) == [
        (1, "no_time"),
        (2, "cut_off"),
        (3, "absurd_time"),
        (4, "binary"),
        (5, "torn"),
    ]


def test_odd_encodings_are_read_and_unknown_verbs_kept(pbx: Source) -> None:
    deliver(
        pbx,
        [
            "1795216100|NONE|q|a|PAUSE|午餐".encode("gb18030"),
            b"1795216101|NONE|q|a|PAUSE|\xff\xfe\xff",
            b"1795216102|x|q|a|WHATEVER|1",
        ],
    )
    assert [row[3] for row in stored(pbx)] == [
        "1795216100|NONE|q|a|PAUSE|午餐",
        "1795216101|NONE|q|a|PAUSE|\\xff\\xfe\\xff",
        "1795216102|x|q|a|WHATEVER|1",
    ]


def test_a_stranger_stores_nothing(pbx: Source) -> None:
    with pytest.raises(NotSignedIn):
        take_in(actor=Actor.anonymous(), source=pbx, origin="x", lines=["1795216100|NONE|q|a|PAUSE|"])
    assert not RawEvent.objects.exists()


@pytest.mark.data
def test_the_rotated_capture_gives_the_same_rows_in_either_order(pbx: Source) -> None:
    first, second = (file_lines([path]) for path in real(*CAPTURE))
    with transaction.atomic():
        assert deliver(pbx, first).new == 190
        assert deliver(pbx, second).new == 5
        wanted = stored(pbx)
        transaction.set_rollback(True)
    monthly.forget()
    deliver(pbx, second)
    deliver(pbx, first)
    assert stored(pbx) == wanted
    assert [row[1] for row in wanted if row[0] == 1795216233] == [0, 1, 2]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=3),
    chunk=st.sampled_from([3, 7, 20_000]),
    block=st.sampled_from([1, 2, 5, 1000]),
    jumps=st.booleans(),
)
def test_any_cut_delivered_in_any_order_any_number_of_times_gives_the_same_rows(
    pbx: Source, seed: int, cuts: list[tuple[float, float]], chunk: int, block: int, jumps: bool
) -> None:
    rng = random.Random(seed)
    lines = list(dict.fromkeys(lawful_log(seed, calls=8)))
    if jumps:  # a clock set back: a second comes twice
        lines += [line.replace("|PAUSE", "|UNPAUSE") for line in lines if "|PAUSE|" in line]
    with transaction.atomic():
        deliver(pbx, lines)
        wanted = stored(pbx)
        transaction.set_rollback(True)
    with transaction.atomic():
        pieces = [lines]
        bounds = sorted({int(a * len(lines)) for a, _ in cuts} | {0, len(lines)})
        if not jumps:
            pieces = [
                lines[max(start - int(back * 12), 0) : end]
                for (start, end), (_, back) in zip(itertools.pairwise(bounds), [*cuts, (0.0, 0.0)], strict=False)
                if _seconds(lines[start:end]) > 1
            ] + [lines]
        rng.shuffle(pieces)
        with mock.patch.object(intake, "BLOCK", block):
            for piece in [*pieces, rng.choice(pieces)]:
                deliver(pbx, [line.encode() for line in piece], chunk=chunk)
        assert stored(pbx) == wanted
        transaction.set_rollback(True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), cut=st.floats(0.1, 0.9), overlap=st.integers(0, 12), flip=st.booleans())
def test_two_halves_give_the_whole_in_either_order(
    pbx: Source, seed: int, cut: float, overlap: int, flip: bool
) -> None:
    lines = list(dict.fromkeys(lawful_log(seed, calls=8)))
    at = int(cut * len(lines))
    halves = [lines[:at], lines[max(at - overlap, 0) :]]
    with transaction.atomic():
        deliver(pbx, lines)
        wanted = stored(pbx)
        transaction.set_rollback(True)
    with transaction.atomic():
        for half in reversed(halves) if flip else halves:
            deliver(pbx, half)
        assert stored(pbx) == wanted
        transaction.set_rollback(True)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), steps=st.lists(st.integers(1, 9), min_size=1, max_size=40))
def test_a_followed_file_gives_what_an_import_gives(pbx: Source, seed: int, steps: list[int]) -> None:
    lines = lawful_log(seed, calls=6)
    with transaction.atomic():
        deliver(pbx, lines)
        wanted = stored(pbx)
        transaction.set_rollback(True)
    with transaction.atomic():
        at, first = 0, True
        for step in [*steps, len(lines)]:
            position = Position("tail", {"offset": at + step}, continues=not first)
            deliver(pbx, lines[at : at + step], checkpoint=position)
            at, first = at + step, False
            assert Checkpoint.objects.get(source=pbx).state["offset"] == at
        assert stored(pbx) == wanted
        transaction.set_rollback(True)


def _seconds(lines: list[str]) -> int:
    return len({line.partition("|")[0] for line in lines})


def test_a_second_of_more_lines_than_can_be_merged_and_one_block_long_is_stored_whole(pbx: Source) -> None:
    lines = [b"1795216100|NONE|q|a%d|PAUSE|" % n for n in range(intake.BLOCK * 6 + 1)]
    lines += [b"1795216101|NONE|q|a|PAUSE|", b"1795216102|NONE|q|a|PAUSE|"]
    assert deliver(pbx, lines).new == len(lines)
    assert deliver(pbx, lines).new == 0
    rows = stored(pbx)
    assert [row[3].encode() for row in rows] == lines
    assert [row[1] for row in rows] == [*range(intake.BLOCK * 6 + 1), 0, 0]
