"""The normaliser of Asterisk's queue log, line by line."""

from __future__ import annotations

from typing import Any

import pytest

from kefu.areas.calls.engine.asterisk import events, instant
from kefu.areas.calls.engine.formats import LineFault


def one(text: str) -> Any:
    [event] = events(text, instant(text.encode(), {}), 0, {})
    return event


@pytest.mark.parametrize(
    ("line", "type_", "data"),
    [
        ("1|NONE|NONE|NONE|QUEUESTART|", "source_started", {}),
        (
            "1|c|q|NONE|ENTERQUEUE||13800004070|1|王五",
            "queued",
            {"caller": "13800004070", "caller_name": "王五", "position": 1},
        ),
        (
            "1|c|q|NONE|ENTERQUEUE|http://crm/pop?a=1|b=2|13800002490|1|郑十",
            "queued",
            {"caller": "13800002490", "caller_name": "郑十", "position": 1, "url": "http://crm/pop?a=1|b=2"},
        ),
        ("1|c|q|NONE|ENTERQUEUE||13800004070|3", "queued", {"caller": "13800004070", "position": 3}),
        ("1|c|q|NONE|ENTERQUEUE||", "queued", {}),
        ("1|c|q|A|CONNECT|2|pbx1-5.26|1", "answered", {"wait": 2, "bridged": "pbx1-5.26", "ring": 1}),
        ("1|c|q|A|COMPLETECALLER|2|3|1", "ended", {"wait": 2, "talk": 3, "by": "caller"}),
        ("1|c|q|A|COMPLETEAGENT|2|5|1", "ended", {"wait": 2, "talk": 5, "by": "agent"}),
        ("1|c|q|NONE|ABANDON|1|2|6", "abandoned", {"position": 1, "entered_at": 2, "wait": 6}),
        ("1|c|q|NONE|EXITWITHKEY|9|1|1|2", "exited_key", {"key": "9", "position": 1, "entered_at": 1, "wait": 2}),
        (
            "1|c|q|NONE|WITHDRAW|1|1|3|callback|requested",
            "withdrawn",
            {"position": 1, "entered_at": 1, "wait": 3, "reason": "callback|requested"},
        ),
        ("1|c|q|NONE|EXITEMPTY|1|1|0", "exited_empty", {"position": 1, "entered_at": 1, "wait": 0}),
        ("1|c|q|NONE|EXITWITHTIMEOUT|1|1|8", "timed_out", {"position": 1, "entered_at": 1, "wait": 8}),
        ("1|c|q|A|RINGNOANSWER|3000", "ring_no_answer", {"ring_ms": 3000}),
        ("1|c|q|A|RINGCANCELED|499", "ring_cancelled", {"ring_ms": 499}),
        ("1|c|q|A|AGENTDUMP|", "agent_dumped", {}),
        (
            "1|c|q|A|BLINDTRANSFER|4002|inbound|1|0|1",
            "transferred",
            {"kind": "blind", "target": "4002@inbound", "wait": 1, "talk": 0},
        ),
        ("1|c|q|A|TRANSFER|400|ctx|1|7", "transferred", {"kind": "blind", "target": "400@ctx", "wait": 1, "talk": 7}),
        (
            "1|c|q|A|ATTENDEDTRANSFER|BRIDGE|a43b|1|10|1",
            "transferred",
            {"kind": "attended", "target": "BRIDGE|a43b", "bridge": "a43b", "wait": 1, "talk": 10},
        ),
        (
            "1|c|q|A|ATTENDEDTRANSFER|LINK|SIP/1|SIP/2|1|10|1",
            "transferred",
            {"kind": "attended", "target": "LINK|SIP/1|SIP/2", "wait": 1, "talk": 10},
        ),
        ("1|NONE|q|A|PAUSE|lunch|12:00", "not_ready", {"reason": "lunch|12:00"}),
        ("1|NONE|NONE|A|PAUSEALL|lunch|12:00", "not_ready", {"reason": "lunch|12:00"}),
        ("1|NONE|q|A|UNPAUSE|Auto-Unpause", "ready", {}),
        ("1|MANAGER|q|A|ADDMEMBER|", "logged_in", {}),
        ("1|MANAGER|q|A|ADDMEMBER|PAUSED", "logged_in", {"paused": True}),
        ("1|NONE|q|A|WRAPUPSTART|30", "wrap_started", {"limit": 30}),
        (
            "1|NONE|q|Local/1004@agents/n|PENALTY|2",
            "noted",
            {"verb": "PENALTY", "text": "2", "interface": "Local/1004@agents/n"},
        ),
        ("1|c|q|A|NEVERHEARDOF|x|y", "noted", {"verb": "NEVERHEARDOF", "text": "x|y"}),
        ("1|c|q|A|CONNECT|soon|x|y", "answered", {"bridged": "x"}),
    ],
)
def test_a_line_yields_its_event(line: str, type_: str, data: dict[str, Any]) -> None:
    line = line.replace("1|", "1795216047|", 1)
    event = one(line)
    assert (event.type, event.data) == (type_, data)
    assert event.at_ms == 1795216047000


def test_names_that_mean_nothing_are_empty() -> None:
    event = one("1795216047|MANAGER|NONE|NONE|CONFIGRELOAD|")
    assert (event.call, event.queue, event.agent) == ("", "", "")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"", "no_time"),
        (b"hello", "no_time"),
        (b"|c|q|NONE|ABANDON|1|2|3", "no_time"),
        (b"12|c|q|NONE|ABANDON|1|2|3", "absurd_time"),
        (b"99999999999999|c|q|NONE|ABANDON|1|2|3", "absurd_time"),
        (b"1795216047|c|q", "cut_off"),
        (b"1795216047|c|q|NONE|", "cut_off"),
        (b"1795216047|c|q|NONE|ABANDON|1|2", "cut_off"),
        (b"1795216047|c|q|NONE|CONNECT", "cut_off"),
    ],
)
def test_a_line_that_cannot_be_right_says_why(line: bytes, code: str) -> None:
    with pytest.raises(LineFault) as fault:
        instant(line, {})
    assert fault.value.code == code


def test_fractions_of_a_second_are_kept() -> None:
    assert instant(b"1795216047.25|NONE|NONE|NONE|QUEUESTART|", {}) == 1795216047250
