"""January of the bank through the mapping equals an independent reading of the file."""

from __future__ import annotations

import gzip
import io
import random
from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kefu.areas.calls import services
from kefu.areas.calls.engine import rows
from kefu.areas.calls.engine.rows.files import read_rows
from kefu.areas.calls.engine.rows.judge import Fault, Ignored
from kefu.areas.calls.models import QueueFact
from kefu.areas.calls.tests import bank
from kefu.areas.calls.tests.test_engine_rows import BANK
from kefu.areas.calls.tests.test_metrics import BOTH, ONLY_AGENTS, numbers
from kefu.kernel.actor import Actor
from kefu.kernel.metrics import METRICS
from kefu.platform.metrics.queries import compute
from kefu.platform.partitions import monthly

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not bank.JANUARY.exists(), reason=f"NOT RUN: the real data are absent ({bank.JANUARY})"),
]
JERUSALEM = ZoneInfo("Asia/Jerusalem")


def test_every_half_hour_and_day_equals_plain_arithmetic() -> None:
    half_hours: dict[tuple[date, int], bank.Sums] = {}
    set_aside: Counter[str] = Counter()
    left_out = 0
    with bank.JANUARY.open("rb") as stream:
        for row in read_rows(stream, BANK, "january"):
            said = rows.judge(BANK, row.cells)
            if isinstance(said, Fault):
                set_aside[said.code] += 1
                continue
            if isinstance(said, Ignored) or said.entered_ms is None:
                left_out += 1
                continue
            local = datetime.fromtimestamp(said.entered_ms / 1000, UTC).astimezone(JERUSALEM)
            sums = half_hours.setdefault((local.date(), local.hour * 2 + local.minute // 30), bank.Sums())
            wait, talk = said.seconds["wait"], said.seconds.get("talk", 0)
            sums.offered += 1
            if said.outcome == "answered":
                sums.answered += 1
                sums.answered_within += wait <= 20
                sums.answered_talked += talk > 0
                sums.wait_answered += wait
                sums.handle += talk
            else:
                sums.abandoned += 1
                sums.abandoned_within += wait <= 20
                sums.abandoned_short += wait < 5

    plain = bank.read()
    assert plain.rows == 31_599
    assert set_aside == plain.set_aside
    assert left_out == plain.left_out.total()
    assert half_hours == plain.half_hours


def test_what_january_sets_aside() -> None:
    assert bank.read().set_aside == {
        "negative-duration": 33,
        "answered-without-service": 42,
        "abandoned-with-service": 83,
        "service-overlaps-queue": 94,
        "service-overlaps-menu": 36,
        "gap-before-service": 2,
    }


@pytest.mark.django_db
@pytest.mark.slow
def test_facts_and_metrics_of_january_equal_plain_arithmetic(system: Actor) -> None:
    """Raw rows, delivered twice and shuffled the second time, through fold and facts to the catalogue's numbers."""
    monthly.forget()
    source = services.ensure_row_source(actor=system, code="bank", mapping=BANK)
    plain = bank.read()
    with bank.JANUARY.open("rb") as stream:
        taken = services.import_rows(actor=system, source=source, stream=stream, name="january")
    assert (taken.raw, taken.new, taken.set_aside) == (31_599, 31_599 - 290, 290)
    services.fold_pending(source)
    services.refresh()
    text = gzip.decompress(bank.JANUARY.read_bytes()).decode().splitlines()
    lines = text[1:]
    random.Random(7).shuffle(lines)
    again = io.BytesIO("\n".join([text[0], *lines]).encode())
    assert services.import_rows(actor=system, source=source, stream=again, name="shuffled").new == 0

    sums: dict[tuple[date, int], bank.Sums] = {}
    for fact in QueueFact.objects.filter(source=source):
        found = sums.setdefault((fact.day, fact.local_slot // 2), bank.Sums())
        found.offered += fact.offered
        found.answered += fact.answered
        found.answered_within += fact.answered_within
        found.answered_talked += fact.answered - fact.answered_no_talk
        found.abandoned += fact.abandoned
        found.abandoned_within += fact.abandoned_within
        found.abandoned_short += fact.abandoned_short
        found.wait_answered += fact.wait_answered_seconds
        found.handle += fact.talk_seconds + fact.hold_seconds + fact.wrap_seconds
    assert {key: value for key, value in sums.items() if value.offered} == plain.half_hours

    if "service_level.f3" in METRICS:
        codes = list(bank.Sums().variants())
        span = (date(1999, 1, 1), date(1999, 2, 1))
        chosen = {"source": [source.pk]}
        for by, expected in (
            (("day",), {(day.isoformat(),): sums for day, sums in plain.days.items()}),
            (
                ("day", "half_hour"),
                {
                    (day.isoformat(), f"{half // 2:02}:{half % 2 * 30:02}"): sums
                    for (day, half), sums in plain.half_hours.items()
                },
            ),
        ):
            rows = compute(None, codes, *span, by=by, filters=chosen)
            got = {(row.metric, *(str(part) for part in row.key)): (row.numerator, row.denominator) for row in rows}
            for key, wanted in expected.items():
                for code, (numerator, denominator) in wanted.variants().items():
                    # where nobody answered there is nothing to handle, and no row
                    found_pair = got.get((code, *key), (0, 0))
                    assert found_pair[0] == numerator, (code, key)
                    assert code == "offered" or (found_pair[1] or 0) == denominator, (code, key)
        for by in ((), ("day", "half_hour"), ("queue", "day"), ("month",)):
            of_queues, _tables = numbers(BOTH, *span, by=by, filters=chosen)
            of_agents, _tables = numbers([*BOTH, ONLY_AGENTS], *span, by=by, filters=chosen)
            assert of_queues == of_agents
    monthly.forget()
