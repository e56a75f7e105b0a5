"""The pure decisions: the retry schedule, templates, success rules."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu.platform.delivery import rules
from kefu.platform.delivery.choices import OutcomeKind

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
ANYTHING = st.text(max_size=60).filter(lambda text: not any("\ud800" <= char <= "\udfff" for char in text))


def test_the_schedule_word_for_word() -> None:
    pauses = [rules.pause_after(n) for n in range(1, rules.MAX_ATTEMPTS)]
    assert [int(pause.total_seconds()) for pause in pauses] == [10, 30, 90, 270, 810, 2430, 7200, 7200, 7200]
    assert rules.next_attempt_at(NOW, rules.MAX_ATTEMPTS) is None


@given(st.integers(1, 500), st.floats(0, 1), st.one_of(st.none(), st.integers(-10, 10**9)))
def test_the_schedule_grows_is_bounded_and_ends(attempts: int, spread: float, retry_after: int | None) -> None:
    at = rules.next_attempt_at(NOW, attempts, spread=spread, retry_after=retry_after)
    if attempts >= rules.MAX_ATTEMPTS:
        assert at is None
        return
    assert at is not None
    assert rules.FIRST_PAUSE <= at - NOW <= rules.LONGEST_PAUSE * 1.2
    assert at - NOW >= rules.pause_after(attempts)
    assert rules.pause_after(attempts + 1, spread=spread) >= rules.pause_after(attempts, spread=spread)
    if retry_after is not None and 0 <= retry_after <= rules.LONGEST_PAUSE.total_seconds():
        assert at >= NOW + timedelta(seconds=retry_after)


@given(st.text())
def test_the_spread_is_a_share_and_always_the_same(key: str) -> None:
    if any("\ud800" <= char <= "\udfff" for char in key):
        return
    assert 0 <= rules.spread_of(key) < 1
    assert rules.spread_of(key) == rules.spread_of(key)


@given(ANYTHING, ANYTHING)
def test_no_value_changes_the_structure_of_what_is_sent(phone: str, text: str) -> None:
    values = {"phone": phone, "text": text, "id": "1", "secret": "s"}
    sent = json.loads(rules.fill_json('{"to": ["{{phone}}"], "msg": "<{{ text }}>", "n": 1}', values))
    assert sent == {"to": [phone], "msg": f"<{text}>", "n": 1}
    query = rules.fill_pairs("a={{phone}}\nb=x{{text}}&c=1+1", values)
    assert parse_qs(query, keep_blank_values=True) == {"a": [phone], "b": [f"x{text}"], "c": ["1+1"]}
    url = rules.fill_url("https://sms.example.com/{{phone}}/send?t={{text}}", values)
    assert urlsplit(url).netloc == "sms.example.com"
    assert parse_qs(urlsplit(url).query, keep_blank_values=True) == {"t": [text]}


@pytest.mark.parametrize(
    ("rule", "body", "expected"),
    [
        (rules.SuccessRule(), "whatever", (True, "")),
        (rules.SuccessRule("json", "code", "0", "data.0.id"), '{"code": 0, "data": [{"id": 9}]}', (True, "9")),
        (rules.SuccessRule("json", "ok", "true"), '{"ok": true}', (True, "")),
        (rules.SuccessRule("json", "ok", "true"), '{"ok": "false"}', (False, "")),
        (rules.SuccessRule("json", "a.b", "0"), '{"a": []}', (False, "")),
        (rules.SuccessRule("json", "code", "0"), "", (False, "")),
        (rules.SuccessRule("text", value="OK"), "result=OK", (True, "")),
        (rules.SuccessRule("text", value="OK"), "error", (False, "")),
    ],
)
def test_how_an_answer_is_read(rule: rules.SuccessRule, body: str, expected: tuple[bool, str]) -> None:
    assert rule.read(body) == expected


@given(st.integers(100, 599), st.text(max_size=30))
def test_every_status_has_a_meaning(status: int, body: str) -> None:
    gateway = rules.gateway_outcome(rules.SuccessRule(), status, body, None)
    receiver = rules.receiver_outcome(status, body, None)
    assert (gateway.kind == OutcomeKind.SENT) == (200 <= status < 300) == (receiver.kind == OutcomeKind.SENT)
    # Only a server that failed in the middle leaves doubt; a receiver may always be told again.
    assert (gateway.kind == OutcomeKind.UNKNOWN) == (status >= 500 and status != 503)
    assert receiver.kind != OutcomeKind.UNKNOWN


def test_placeholders() -> None:
    assert rules.unknown_placeholders("{{phone}} {{ who }} {{text}} {{x}}") == ["who", "x"]
    assert not rules.is_valid_body("json", '"just a string"')
    assert not rules.is_valid_body("json", "{")
    assert rules.is_valid_body("form", "a=1\nb={{text}}")
    assert not rules.is_valid_body("form", "no pair")
