"""Rows through the raw log: each once, in any order, and those that cannot be right with their reasons."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator

import pytest

from kefu.areas.calls.engine.types import CanonicalEvent
from kefu.areas.calls.models import CallEvent, QueueVisit, RawEvent, RawFault, Source
from kefu.areas.calls.services import Intake, ensure_row_source, fold_pending, import_rows, read_mapping
from kefu.areas.calls.tests.test_engine_rows import BANK, bank
from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import Conflict, Denied, InvalidInput
from kefu.platform.partitions import monthly

COLUMNS = list(bank())
NOBODY = Actor(kind=ActorKind.USER, label="nobody", user_id=10**9)


def csv(*rows: dict[str, str], columns: list[str] = COLUMNS) -> io.BytesIO:
    lines = [",".join(columns), *(",".join(row[column] for column in columns) for row in rows)]
    return io.BytesIO("\n".join(lines).encode())


@pytest.fixture
def source(db: None, system: Actor) -> Iterator[Source]:
    monthly.forget()
    yield ensure_row_source(actor=system, code="bank", mapping=BANK)
    monthly.forget()


def load(system: Actor, source: Source, *rows: dict[str, str]) -> Intake:
    return import_rows(actor=system, source=source, stream=csv(*rows), name="a.csv")


def numbered(number: int, **cells: str) -> dict[str, str]:
    return bank(call_id=str(number), **cells)


def test_the_source_lives_in_the_zone_of_its_mapping(source: Source) -> None:
    assert (source.kind, source.time_zone) == ("rows", "Asia/Jerusalem")


def test_rows_are_stored_once_whatever_their_order_columns_and_number_of_deliveries(
    system: Actor, source: Source
) -> None:
    rows = [numbered(n) for n in range(20)]
    first = load(system, source, *rows[:12])
    random.Random(1).shuffle(rows)
    second = load(system, source, *rows, rows[3])
    third = import_rows(actor=system, source=source, stream=csv(*rows, columns=COLUMNS[::-1]), name="b.csv")

    assert (first.raw, first.new, first.set_aside) == (12, 12, 0)
    assert (second.raw, second.new, second.set_aside) == (20, 8, 0)
    assert (third.raw, third.new, third.set_aside) == (20, 0, 0)
    assert RawEvent.objects.count() == 20


def test_impossible_rows_are_set_aside_with_their_reasons(system: Actor, source: Source) -> None:
    taken = load(
        system, source, numbered(1), numbered(2, vru_exit="6:54:27", vru_time="-53"), numbered(3, outcome="ALIEN"),
        numbered(4, q_time="many"),
    )  # fmt: skip

    assert (taken.raw, taken.new, taken.set_aside) == (4, 1, 3)
    assert list(RawFault.objects.order_by("line_number").values_list("code", "reason")) == [
        ("negative-duration", "vru_time = -53 s"),
        ("no-rule", "no rule of the mapping applies"),
        ("unparsable", "q_time = 'many'"),
    ]
    again = load(system, source, numbered(3, outcome="ALIEN"))
    assert (again.set_aside, RawFault.objects.count()) == (1, 3)


def test_rows_that_share_a_key_and_differ_are_all_set_aside_in_any_order(system: Actor, source: Source) -> None:
    rows = [numbered(1), numbered(1, ser_time="54", server="x"), numbered(2)]
    taken = load(system, source, *rows)

    assert (taken.new, taken.set_aside) == (1, 2)
    assert set(RawFault.objects.values_list("code", flat=True)) == {"duplicate-key"}
    assert (load(system, source, *rows[::-1]).new, RawFault.objects.count()) == (0, 2)


def test_a_key_that_a_stored_row_bears_is_not_taken_over_by_another(system: Actor, source: Source) -> None:
    load(system, source, numbered(1))
    raw = RawEvent.objects.get()
    event = CanonicalEvent(915166520000, 0, 0, "offered", "AA0101-1")
    monthly.ensure_days([CallEvent], [raw.day])
    CallEvent.objects.create(
        day=raw.day, source=source, line_hash=raw.line_hash, nth=1, part=0, occurred_at=raw.occurred_at, ordinal=0,
        type=event.type, call_key=event.call, queue_key="", agent_key="",
    )  # fmt: skip
    taken = load(system, source, numbered(1, server="x"))

    assert (taken.new, taken.set_aside) == (0, 1)
    assert RawFault.objects.latest("id").code == "key-taken"


def test_a_source_without_a_mapping_and_a_mapping_in_another_zone_are_refused(system: Actor, source: Source) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ensure_row_source(actor=system, code="fresh", mapping=None)
    assert refusal.value.code == "no_mapping"
    with pytest.raises(Conflict):
        ensure_row_source(
            actor=system, code="bank", mapping=read_mapping(BANK.document | {"time_zone": "Asia/Shanghai"})
        )
    with pytest.raises(InvalidInput, match="rules"):
        read_mapping({"key": ["a"], "instants": {"x": {"column": "x"}}, "fields": {"queue": {"constant": "q"}}})


def test_somebody_without_the_right_to_feed_changes_nothing(source: Source) -> None:
    with pytest.raises(Denied):
        import_rows(actor=NOBODY, source=source, stream=csv(numbered(1)), name="a.csv")
    assert RawEvent.objects.count() == 0


def test_a_foreign_file_is_refused_whole(system: Actor, source: Source) -> None:
    with pytest.raises(InvalidInput) as refusal:
        import_rows(actor=system, source=source, stream=io.BytesIO(b"a,b\n1,2\n"), name="a.csv")
    assert refusal.value.code == "missing_columns"
    assert (RawEvent.objects.count(), RawFault.objects.count()) == (0, 0)


def test_a_mapping_that_reads_rows_otherwise_reads_everything_anew(system: Actor, source: Source) -> None:
    import copy

    load(system, source, numbered(1), numbered(2, type="NW"))
    fold_pending(source)
    assert set(QueueVisit.objects.values_list("queue__code", flat=True)) == {"regular", "prospective"}
    document = copy.deepcopy(BANK.document)
    document["fields"]["queue"]["values"]["PS"] = "everyday"
    ensure_row_source(actor=system, code="bank", mapping=read_mapping(document))

    assert set(QueueVisit.objects.values_list("queue__code", flat=True)) == {"everyday", "prospective"}
    ensure_row_source(actor=system, code="bank", mapping=BANK)
    assert set(QueueVisit.objects.values_list("queue__code", flat=True)) == {"regular", "prospective"}
