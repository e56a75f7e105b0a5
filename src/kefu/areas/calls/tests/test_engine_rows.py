"""Rows of any export under a mapping: what they say, and why some cannot be right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu.areas.calls.engine import rows
from kefu.areas.calls.engine.rows.judge import Fault, Ignored, Judged
from kefu.areas.calls.engine.types import RawLine

EXAMPLES = Path(__file__).resolve().parents[5] / "examples" / "mappings"


def example(name: str) -> rows.Mapping:
    return rows.parse_mapping((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8"))


BANK = example("technion-bank")
GENERIC = example("generic-acd")
VICIDIAL = example("vicidial")


def bank(**cells: str) -> dict[str, str]:
    """A call that waited 17 s and talked 54 s, changed by ``cells``."""
    return {
        "vru_line": "AA0101", "call_id": "33118", "priority": "2", "type": "PS", "date": "1999-01-01",
        "vru_entry": "6:55:20", "vru_exit": "6:55:26", "vru_time": "6", "q_start": "6:55:26", "q_exit": "6:55:43",
        "q_time": "17", "outcome": "AGENT", "ser_start": "6:55:43", "ser_exit": "6:56:37", "ser_time": "54",
        "server": "acc9f74d7", "customer": "cdf34f1bb",
    } | cells  # fmt: skip


NEVER_QUEUED = {"q_start": "0:00:00", "q_exit": "0:00:00", "q_time": "0"}
NEVER_SERVED = {"ser_start": "0:00:00", "ser_exit": "0:00:00", "ser_time": "0", "server": ""}


def said(row: dict[str, str], mapping: rows.Mapping = BANK) -> Judged:
    found = rows.judge(mapping, row)
    assert isinstance(found, Judged), found
    return found


def fault(row: dict[str, str], mapping: rows.Mapping = BANK) -> str:
    found = rows.judge(mapping, row)
    assert isinstance(found, Fault), found
    return found.code


def utc(text: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(text).timestamp() * 1000)


def test_an_answered_call_waits_and_talks_as_its_row_states() -> None:
    call = said(bank())

    assert (call.outcome, call.call, call.fields["queue"], call.fields["agent"]) == (
        "answered", "AA0101-33118", "regular", "acc9f74d7",
    )  # fmt: skip
    assert call.seconds == {"wait": 17, "talk": 54, "vru": 6}
    assert call.entered_ms == utc("1999-01-01T06:55:26+02:00")
    assert call.answered_ms == utc("1999-01-01T06:55:43+02:00")
    assert call.ended_ms == utc("1999-01-01T06:56:37+02:00")


def test_whoever_was_connected_at_once_entered_when_the_menu_ended() -> None:
    call = said(bank(**NEVER_QUEUED, ser_start="6:55:25", ser_exit="6:56:19"))

    assert call.seconds["wait"] == 0
    assert call.entered_ms == utc("1999-01-01T06:55:26+02:00")
    assert call.answered_ms == call.entered_ms, "a visit is not answered before it began"


def test_a_service_that_begins_a_moment_before_the_queue_ends_keeps_the_visit_long_enough() -> None:
    call = said(bank(ser_start="6:55:40", ser_exit="6:56:34"))

    assert call.entered_ms is not None
    assert call.ended_ms is not None
    assert call.ended_ms - call.entered_ms == (17 + 54) * 1000


def test_hanging_up_in_the_queue_is_abandoning_and_in_the_menu_is_not() -> None:
    assert said(bank(outcome="HANG", **NEVER_SERVED)).outcome == "abandoned"
    assert said(bank(outcome="HANG", **NEVER_SERVED, **NEVER_QUEUED)).outcome == "contact"
    at_once = bank(outcome="HANG", **NEVER_SERVED, q_start="6:55:26", q_exit="6:55:26", q_time="0")
    assert said(at_once).outcome == "abandoned"


def test_phantoms_are_ignored_and_named() -> None:
    found = rows.judge(BANK, bank(outcome="PHANTOM"))

    assert found == Ignored("phantom", utc("1999-01-01T06:55:20+02:00"), "AA0101-33118")


def test_a_call_may_cross_midnight_anywhere() -> None:
    call = said(
        bank(
            date="1999-01-09",
            vru_entry="23:59:23",
            vru_exit="23:59:23",
            vru_time="0",
            q_start="23:59:28",
            q_exit="0:00:03",
            q_time="35",
            ser_start="0:00:03",
            ser_exit="0:00:55",
            ser_time="52",
        )
    )
    assert call.entered_ms == utc("1999-01-09T23:59:28+02:00")
    assert call.ended_ms == utc("1999-01-10T00:00:55+02:00")


def test_when_clocks_are_set_back_the_stated_duration_decides() -> None:
    """Israel, 3 September 1999, 02:00 → 01:00: from 1:59:50 (summer) to 1:00:20 (winter) are 30 seconds."""
    call = said(
        bank(
            date="1999-09-03",
            vru_entry="1:59:40",
            vru_exit="1:59:50",
            vru_time="10",
            q_start="1:59:50",
            q_exit="1:00:20",
            q_time="30",
            ser_start="1:00:20",
            ser_exit="1:01:20",
            ser_time="60",
        )
    )
    assert call.entered_ms == utc("1999-09-03T01:59:50+03:00")
    assert call.ended_ms == utc("1999-09-03T01:01:20+02:00")


def test_when_clocks_are_set_forward_an_hour_is_skipped_not_served() -> None:
    call = said(
        bank(
            date="1999-04-02",
            vru_entry="1:59:30",
            vru_exit="1:59:40",
            vru_time="10",
            q_start="1:59:40",
            q_exit="3:00:10",
            q_time="30",
            ser_start="3:00:10",
            ser_exit="3:01:10",
            ser_time="60",
        )
    )
    assert call.ended_ms == utc("1999-04-02T03:01:10+03:00")
    assert call.ended_ms - (call.entered_ms or 0) == 90_000


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"vru_exit": "6:54:27", "vru_time": "-53"}, "negative-duration"),
        ({"q_time": "99"}, "inconsistent-times"),
        ({"ser_exit": "6:55:13", "ser_time": "54"}, "end-before-start"),
        ({**NEVER_SERVED}, "answered-without-service"),
        ({"outcome": "HANG"}, "abandoned-with-service"),
        ({"ser_start": "6:55:30", "ser_exit": "6:56:24"}, "service-overlaps-queue"),
        ({**NEVER_QUEUED, "ser_start": "6:55:20", "ser_exit": "6:56:14"}, "service-overlaps-menu"),
        ({"ser_start": "7:00:43", "ser_exit": "7:01:37"}, "gap-before-service"),
        ({"call_id": " "}, "missing"),
        ({"call_id": "9" * 200}, "unparsable"),
        ({"date": "1999-13-41"}, "unparsable"),
        ({"date": "0999-01-01"}, "absurd-date"),
        ({"vru_entry": ""}, "missing"),
        ({"vru_entry": "25:00:00"}, "unparsable"),
        ({"vru_entry": "6:75:00"}, "unparsable"),
        ({"q_time": "soon"}, "unparsable"),
        ({"q_time": "nan"}, "unparsable"),
        ({"ser_time": "1e300"}, "unparsable"),
        ({"outcome": "ALIEN"}, "no-rule"),
    ],
)
def test_rows_that_cannot_be_right_say_why(cells: dict[str, str], code: str) -> None:
    assert fault(bank(**cells)) == code


def test_an_answered_call_without_the_agents_name_still_counts_for_its_queue() -> None:
    assert said(bank(server="")).fields["agent"] == ""


def test_a_mapping_can_insist_on_the_agent() -> None:
    row = {
        "呼叫编号": "1", "技能组": "投诉", "坐席工号": "", "主叫号码": "13800001111", "进线时间": "2026-11-20 09:00:00",
        "应答时间": "2026/11/20 9:00:08".replace(" 9", " 09"), "结束时间": "2026-11-20 09:03:00", "等待时长": "0:00:08",
        "通话时长": "0:02:30", "保持时长": "0:00:20", "话后时长": "0:00:30", "结果": "接通", "挂机方": "坐席",
        "满意度": "5", "小结": "资费", "录音": "r/1.wav",
    }  # fmt: skip
    assert fault(row, GENERIC) == "missing-agent"

    events = rows.normalise(RawLine(0, 0, rows.row_line(row | {"坐席工号": "8001"})), GENERIC)
    assert [event.type for event in events] == ["offered", "queued", "answered", "ended"]
    assert events[-1].data == {
        "wait": 8, "talk": 150, "hold": 20, "wrap": 30, "disposition": "资费", "recording": "r/1.wav",
        "satisfaction": 5, "by": "agent",
    }  # fmt: skip
    assert events[1].data == {"caller": "13800001111"}


def test_vicidial_rows_take_the_queue_time_off_the_length() -> None:
    row = {
        "closecallid": "7", "uniqueid": "1795216101.1", "campaign_id": "SALES", "call_date": "2026-11-20 09:00:00",
        "start_epoch": "1795136400", "end_epoch": "1795136500", "length_in_sec": "100", "queue_seconds": "12.00",
        "status": "SALE", "term_reason": "CALLER", "phone_number": "13800001111", "user": "6001", "queue_position": "2",
    }  # fmt: skip
    call = said(row, VICIDIAL)
    assert call.seconds == {"wait": 12, "talk": 88}
    assert said(row | {"user": "VDCL", "term_reason": "ABANDON"}, VICIDIAL).outcome == "abandoned"
    assert fault(row | {"length_in_sec": "3"}, VICIDIAL) == "negative-duration"
    assert isinstance(rows.judge(VICIDIAL, row | {"status": "INCALL", "term_reason": "NONE"}), Ignored)


def test_the_kept_line_does_not_depend_on_the_order_of_columns_or_on_blanks() -> None:
    row = bank()
    shuffled = {key: f" {row[key]} " for key in reversed(row)} | {"more": ""}

    assert rows.row_line(row) == rows.row_line(shuffled)
    assert rows.row_line(row).startswith('{"call_id":"33118",')


def test_normalising_names_the_kind_of_the_caller() -> None:
    events = rows.normalise(RawLine(5, 3, rows.row_line(bank())), BANK)

    assert [(event.part, event.type, event.ordinal) for event in events] == [
        (0, "offered", 3), (1, "queued", 3), (2, "answered", 3), (3, "ended", 3),
    ]  # fmt: skip
    assert events[1].data == {"caller": "cdf34f1bb", "caller_kind": "customer_key"}


def test_a_kept_line_that_the_mapping_now_refuses_is_noted_not_lost() -> None:
    (event,) = rows.normalise(RawLine(5, 0, rows.row_line(bank(outcome="ALIEN"))), BANK)
    assert (event.type, event.data["fault"]) == ("noted", "no-rule")
    (event,) = rows.normalise(RawLine(5, 0, "{torn"), BANK)
    assert (event.type, event.data["fault"]) == ("noted", "unparsable")


@given(st.dictionaries(st.sampled_from(sorted(bank())), st.text(max_size=12)))
def test_no_cell_whatsoever_makes_it_raise(cells: dict[str, str]) -> None:
    found = rows.judge(BANK, bank(**cells))

    assert isinstance(found, Judged | Ignored | Fault)
    rows.normalise(RawLine(0, 0, rows.row_line(bank(**cells))), BANK)


@given(
    wait=st.integers(0, 4000), talk=st.integers(0, 9000), start=st.integers(0, 86_399), slip=st.integers(-5, 60),
    day=st.dates(min_value=__import__("datetime").date(1999, 1, 2), max_value=__import__("datetime").date(1999, 12, 30)),
)  # fmt: skip
def test_waiting_and_talking_always_fit_into_the_visit(wait: int, talk: int, start: int, slip: int, day: Any) -> None:
    def clock(seconds: int) -> str:
        seconds %= 86_400
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    row = bank(
        date=day.isoformat(), vru_entry=clock(start), vru_exit=clock(start), vru_time="0", q_start=clock(start),
        q_exit=clock(start + wait), q_time=str(wait), ser_start=clock(start + wait + slip),
        ser_exit=clock(start + wait + slip + talk), ser_time=str(talk),
    )  # fmt: skip
    call = rows.judge(BANK, row)
    if isinstance(call, Judged) and call.entered_ms is not None:
        assert call.ended_ms is not None
        assert call.answered_ms is not None
        assert call.entered_ms <= call.answered_ms <= call.ended_ms
        assert call.ended_ms - call.entered_ms >= 1000 * (call.seconds["wait"] + call.seconds["talk"])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("key = 5", "key"),
        ('time_zone = "Mars/Olympus"', "Mars/Olympus"),
        ("surprise = 1", "surprise"),
        ("nonsense = ", "TOML"),
        ('stamp = ["nowhere"]', "nowhere"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_where_and_why(change: str, complaint: str) -> None:
    text = (EXAMPLES / "technion-bank.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(change.partition(" ")[0] + " =")]
    with pytest.raises(rows.MappingError, match=complaint):
        rows.parse_mapping("\n".join([change, *lines]))


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("rules",), [], "rules"),
        (("rules",), [{"outcome": "answered"}], "entered"),
        (("rules",), [{"outcome": "eaten"}], "eaten"),
        (("rules",), [{"outcome": "ignored", "when": {"@gone": 1}}], "@gone"),
        (("rules",), [{"outcome": "ignored", "when": {"a": {"gt": "much"}}}], "number"),
        (("rules",), [{"outcome": "ignored", "when": {"a": {"matches": "("}}}], "regular expression"),
        (("instants", "queued", "format"), "sundial", "sundial"),
        (("instants", "queued", "after"), "left_queue", "leads back"),
        (("instants", "queued", "after"), "gone", "does not exist"),
        (("instants", "left_menu", "after"), "", "date column"),
        (("durations", "menu", "unit"), "fortnights", "fortnights"),
        (("durations", "menu", "from"), "gone", "gone"),
        (("fields", "mood"), {"column": "x"}, "mood"),
        (("fields", "queue"), {"column": "x", "constant": "y"}, "constant"),
        (("checks",), [{"code": "x"}], "when"),
        (("checks",), [{"code": "x", "earlier": "queued", "at_most": 3}], "later"),
    ],
)
def test_each_part_of_a_mapping_is_checked(path: tuple[str, ...], value: Any, complaint: str) -> None:
    import copy

    document = copy.deepcopy(BANK.document)
    place = document
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(rows.MappingError, match=complaint):
        rows.parse_mapping(document)


def test_a_mapping_reads_the_same_after_a_database_has_shuffled_its_tables() -> None:
    import json

    document = json.loads(json.dumps(BANK.document, sort_keys=True))

    again = rows.parse_mapping(document)
    assert again == BANK
    assert list(again.instants) == list(BANK.instants)
    assert rows.judge(again, bank()) == rows.judge(BANK, bank())
