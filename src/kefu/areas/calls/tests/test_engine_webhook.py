"""Pushed events: what is accepted, what is refused and why, and that a repeat is the same line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu.areas.calls.engine import webhook
from kefu.areas.calls.engine.formats import LineFault
from kefu.areas.calls.engine.webhook import EventFault, event_line

ANSWERED = {
    "id": "e-3", "seq": 3, "at": "2026-11-20T09:00:08.250+08:00", "type": "answered", "call": "c-1", "queue": "vip",
    "agent": "8001", "data": {"wait": 8, "ring": 2},
}  # fmt: skip


def test_an_event_becomes_one_canonical_line_and_one_canonical_event() -> None:
    line = event_line(ANSWERED)

    assert line == (
        '{"agent":"8001","at":1795136408250,"call":"c-1","data":{"ring":2,"wait":8},"id":"e-3","queue":"vip","seq":3,'
        '"type":"answered"}'
    )
    assert webhook.instant(line.encode(), {}) == 1795136408250
    (event,) = webhook.events(line, 1795136408250, 9, {})
    assert (event.at_ms, event.ordinal, event.type, event.call, event.queue, event.agent) == (
        1795136408250, 3, "answered", "c-1", "vip", "8001",
    )  # fmt: skip


@pytest.mark.parametrize("at", ["2026-11-20T01:00:08.250Z", 1795136408.25, 1795136408250])
def test_an_instant_may_be_written_in_several_ways_and_is_one_line(at: Any) -> None:
    assert event_line(ANSWERED | {"at": at}) == event_line(ANSWERED)


def test_the_order_of_keys_and_empty_values_do_not_matter() -> None:
    assert event_line(dict(reversed(ANSWERED.items())) | {"data": {"wait": 8, "ring": 2, "url": ""}}) == event_line(
        ANSWERED
    )


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"type": "danced"}, "unknown_type", "type"),
        ({"type": ["answered"]}, "unknown_type", "type"),
        ({"at": None}, "missing_field", "at"),
        ({"at": "2026-11-20T09:00:08"}, "no_zone", "at"),
        ({"at": "yesterday"}, "bad_value", "at"),
        ({"at": {}}, "bad_value", "at"),
        ({"at": 12}, "absurd_time", "at"),
        ({"at": 1e300}, "absurd_time", "at"),
        ({"at": float("nan")}, "bad_value", "at"),
        ({"call": ""}, "missing_field", "call"),
        ({"call": 5}, "bad_value", "call"),
        ({"call": "c" * 121}, "bad_value", "call"),
        ({"call": "a\0b"}, "bad_value", "call"),
        ({"call": "\ud800"}, "bad_value", "call"),
        ({"agent": None}, "missing_field", "agent"),
        ({"type": "queued", "queue": ""}, "missing_field", "queue"),
        ({"seq": -1}, "bad_value", "seq"),
        ({"seq": True}, "bad_value", "seq"),
        ({"extra": 1}, "unknown_field", "extra"),
        ({"data": []}, "bad_value", "data"),
        ({"data": {"mood": 1}}, "unknown_field", "data.mood"),
        ({"data": {"wait": -1}}, "bad_value", "data.wait"),
        ({"data": {"wait": "8"}}, "bad_value", "data.wait"),
        ({"data": {"wait": float("inf")}}, "bad_value", "data.wait"),
        ({"data": {"by": "cat"}}, "bad_value", "data.by"),
        ({"data": {"satisfaction": 11}}, "bad_value", "data.satisfaction"),
    ],
)
def test_an_event_that_cannot_be_right_says_where_and_why(change: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(EventFault) as fault:
        event_line(ANSWERED | change)
    assert (fault.value.code, fault.value.field) == (code, field)


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"5", b'"x"', b"\xff\xfe", b"[" * 100_000])
def test_a_line_that_is_no_event_is_a_fault_not_a_crash(line: bytes) -> None:
    with pytest.raises(LineFault):
        webhook.instant(line, {})
    (event,) = webhook.events(line.decode(errors="replace"), 5, 0, {})
    assert event.type == "noted"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["at", "type", "data"]), inner),
    )
)
def test_nothing_else_than_a_fault_is_raised(event: Any) -> None:
    for candidate in (event, ANSWERED | {"data": event}, ANSWERED | {"at": event}, ANSWERED | {"type": event}):
        try:
            line = event_line(candidate)
        except EventFault:
            continue
        assert event_line(json.loads(line)) == line
