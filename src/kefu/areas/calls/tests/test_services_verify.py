"""The same log gives the same tables, however it is delivered; verification finds what does not follow from it."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kefu.areas.calls.models import AgentInterval, QueueDay, QueueVisit, Source
from kefu.areas.calls.services import fold_days, fold_pending, refresh, take_in
from kefu.areas.calls.services.verifying import verify
from kefu.areas.calls.tests.logs import BASE, lawful_log
from kefu.areas.calls.tests.reading import CAPTURE, CRASH, file_lines, real
from kefu.kernel.actor import Actor

SYSTEM = Actor.system("test")


def bring(source: Source, lines: list[str], **more: Any) -> None:
    take_in(actor=SYSTEM, source=source, origin="test", lines=lines, **more)


def settle(source: Source) -> str:
    """Everything folded and counted; the digest, after checking that all of it follows from the raw log."""
    fold_pending(source)
    refresh()
    verdict = verify(sources=[source])
    assert verdict.differing == 0, verdict.examples
    return verdict.digest


@pytest.mark.data
@pytest.mark.parametrize("names", [CAPTURE, CRASH], ids=["capture", "crash"])
def test_halves_in_any_order_and_a_rebuild_give_the_same_digest(pbx: Source, names: tuple[str, ...]) -> None:
    lines = file_lines(real(*names))
    with transaction.atomic():
        bring(pbx, lines)
        wanted = settle(pbx)
        day = QueueVisit.objects.values_list("day", flat=True)[0]
        fold_days(pbx, day, day)
        assert settle(pbx) == wanted
        transaction.set_rollback(True)
    with transaction.atomic():
        middle = len(lines) // 2
        for piece in (lines[middle - 7 :], lines[: middle + 3], lines):
            bring(pbx, piece)
            fold_pending(pbx)
        assert settle(pbx) == wanted
        transaction.set_rollback(True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    restart=st.booleans(),
    chunk=st.sampled_from([5, 17, 20_000]),
    cuts=st.lists(st.floats(0, 1), min_size=1, max_size=3),
    order=st.integers(0, 10**6),
    near_midnight=st.booleans(),
)
def test_any_delivery_gives_the_same_tables(
    pbx: Source, seed: int, restart: bool, chunk: int, cuts: list[float], order: int, near_midnight: bool
) -> None:
    lines = list(dict.fromkeys(lawful_log(seed, calls=10, restart=restart)))
    if near_midnight:  # 16:00 UTC is midnight in Shanghai
        shift = 1_795_190_400 - 30 - BASE
        lines = [f"{int(line[:10]) + shift}{line[10:]}" for line in lines]
    with transaction.atomic():
        bring(pbx, lines)
        wanted = settle(pbx)
        transaction.set_rollback(True)
    rng = random.Random(order)
    with transaction.atomic():
        bounds = sorted({0, len(lines), *(int(cut * len(lines)) for cut in cuts)})
        pieces = [lines[max(a - rng.randrange(6), 0) : b] for a, b in itertools.pairwise(bounds)]
        pieces = [piece for piece in pieces if len({line[:10] for line in piece}) > 1]
        rng.shuffle(pieces)
        for piece in [*pieces, rng.choice(pieces or [lines]), lines]:
            bring(pbx, piece, chunk=chunk)
            if rng.random() < 0.6:
                fold_pending(pbx)
            if rng.random() < 0.3:
                refresh()
        assert settle(pbx) == wanted
        transaction.set_rollback(True)


def test_a_wrong_number_a_missing_visit_and_a_stretched_interval_are_found(pbx: Source) -> None:
    bring(pbx, lawful_log(1))
    settle(pbx)
    with transaction.atomic():
        QueueDay.objects.filter(pk=QueueDay.objects.first().pk).update(answered=99)  # type: ignore[union-attr]
        assert verify(sources=[pbx]).differing == 1
        transaction.set_rollback(True)
    with transaction.atomic():
        victim = QueueVisit.objects.exclude(agent=None).first()
        assert victim is not None
        QueueVisit.objects.filter(id=victim.id).delete()
        assert verify(sources=[pbx]).differing > 1
        transaction.set_rollback(True)
    with transaction.atomic():
        AgentInterval.objects.filter(state="ready").update(reason="?")
        assert verify(sources=[pbx]).differing > 0
        transaction.set_rollback(True)
    assert verify(sources=[pbx]).differing == 0
