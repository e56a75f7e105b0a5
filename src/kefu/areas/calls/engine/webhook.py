"""Canonical events as JSON: what a telephone system may push, how it is checked, and the line under which it is kept.

One event is an object: ``type`` and ``at`` always; ``call``, ``queue``, ``agent`` as the type calls for; ``id`` and
``seq`` where the sender numbers its events; ``data`` with what the type allows. The kept line is the same object with
sorted keys and the instant in milliseconds, so that an event delivered again is the same line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from kefu.areas.calls.engine.formats import FORMATS, Format, LineFault, Options, check_instant
from kefu.areas.calls.engine.types import CanonicalEvent

VERSION = 1
MOST_EVENTS = 5000
"""Events in one delivery; more belong into the next."""
LONGEST_KEY, LONGEST_TEXT = 120, 300
LONGEST_SECONDS, HIGHEST_SEQUENCE = 30 * 86_400, 2**31 - 1

CALL_TYPES = frozenset(
    [
        "offered",
        "queued",
        "ringing",
        "ring_no_answer",
        "ring_cancelled",
        "agent_dumped",
        "answered",
        "held",
        "retrieved",
        "transferred",
        "conferenced",
        "abandoned",
        "timed_out",
        "exited_empty",
        "exited_key",
        "withdrawn",
        "overflowed",
        "voicemail",
        "ended",
    ]
)
AGENT_TYPES = frozenset({"logged_in", "ready", "not_ready", "wrap_started", "wrap_ended", "logged_out"})
SOURCE_TYPES = frozenset({"source_started", "noted"})
TYPES = CALL_TYPES | AGENT_TYPES | SOURCE_TYPES
NEEDS_QUEUE = frozenset({"queued"})
NEEDS_AGENT = AGENT_TYPES | {"answered", "ringing", "ring_no_answer", "ring_cancelled", "agent_dumped"}


class EventFault(ValueError):
    """The event cannot be right: ``field`` says where, ``code`` and ``reason`` (a Chinese msgid) say why."""

    def __init__(self, code: str, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.code = code
        self.field = field
        self.reason = reason


def _seconds(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST_SECONDS:
        raise ValueError(gettext_noop("应为 0 至 2592000 之间的数字"))
    return int(value)


def _milliseconds(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST_SECONDS * 1000:
        raise ValueError(gettext_noop("应为非负的毫秒数"))
    return int(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= HIGHEST_SEQUENCE:
        raise ValueError(gettext_noop("应为非负整数"))
    return value


def _score(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10:
        raise ValueError(gettext_noop("应为 0 至 10 的整数"))
    return value


def _text(longest: int) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or len(value) > longest or "\0" in value:
            raise ValueError(gettext_noop("应为不超长的文本"))
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError(gettext_noop("文本编码不正确")) from None
        return value

    return check


def _one_of(*words: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in words:
            raise ValueError(gettext_noop("不是允许的取值"))
        return str(value)

    return check


DATA: dict[str, Callable[[Any], Any]] = {
    "caller": _text(64),
    "caller_kind": _one_of("phone", "customer_key", "name", "email"),
    "caller_name": _text(120),
    "position": _count,
    "url": _text(LONGEST_TEXT),
    "wait": _seconds,
    "ring": _seconds,
    "talk": _seconds,
    "hold": _seconds,
    "wrap": _seconds,
    "vru": _seconds,
    "limit": _seconds,
    "ring_ms": _milliseconds,
    "by": _one_of("caller", "agent", "transfer", "system"),
    "kind": _one_of("blind", "attended"),
    "target": _text(LONGEST_KEY),
    "key": _text(8),
    "reason": _text(LONGEST_KEY),
    "bridged": _text(LONGEST_KEY),
    "satisfaction": _score,
    "disposition": _text(40),
    "recording": _text(LONGEST_TEXT),
}
"""What ``data`` may hold, and what each value must be."""
FIELDS: dict[str, Callable[[Any], Any]] = {
    "id": _text(LONGEST_KEY),
    "seq": _count,
    "call": _text(LONGEST_KEY),
    "queue": _text(LONGEST_KEY),
    "agent": _text(LONGEST_KEY),
}


def event_line(event: Any) -> str:
    """The line under which a delivered event is kept; raises ``EventFault`` for one that cannot be right."""
    if not isinstance(event, Mapping):
        raise EventFault("not_an_object", "", gettext_noop("事件应为 JSON 对象"))
    unknown = sorted(str(key) for key in set(event) - set(FIELDS) - {"type", "at", "data"})
    if unknown:
        raise EventFault("unknown_field", unknown[0][:40], gettext_noop("没有这个字段"))
    kind = event.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise EventFault("unknown_type", "type", gettext_noop("没有这种事件类型"))
    kept: dict[str, Any] = {"type": kind, "at": _instant_ms(event.get("at"))}
    for name, check in FIELDS.items():
        if event.get(name) not in (None, ""):
            kept[name] = _checked(check, event[name], name)
    for name, types in (("call", CALL_TYPES), ("queue", NEEDS_QUEUE), ("agent", NEEDS_AGENT)):
        if kind in types and not kept.get(name):
            raise EventFault("missing_field", name, gettext_noop("这种事件必须带有该字段"))
    data = event.get("data")
    if data is not None and not isinstance(data, Mapping):
        raise EventFault("bad_value", "data", gettext_noop("应为 JSON 对象"))
    said = {}
    for name, value in (data or {}).items():
        if name not in DATA:
            raise EventFault("unknown_field", f"data.{name}"[:60], gettext_noop("没有这个字段"))
        if value not in (None, ""):
            said[name] = _checked(DATA[name], value, f"data.{name}")
    if said:
        kept["data"] = said
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def instant(line: bytes, options: Options) -> int:
    """When the event of a line happened; raises ``LineFault`` for a line that is no event."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        raise LineFault("unparsable", gettext_noop("不是有效的 JSON")) from None
    try:
        return check_instant(int(json.loads(event_line(event))["at"]))
    except EventFault as fault:
        raise LineFault(fault.code, f"{fault.field}: {fault.reason}" if fault.field else fault.reason) from None


def events(text: str, at_ms: int, ordinal: int, options: Options) -> list[CanonicalEvent]:
    """The canonical event of a kept line. The sender's own sequence, where given, decides within an instant."""
    try:
        event = json.loads(event_line(json.loads(text)))
    except (ValueError, RecursionError) as error:
        return [CanonicalEvent(at_ms, ordinal, 0, "noted", data={"fault": str(error)[:LONGEST_TEXT]})]
    return [
        CanonicalEvent(
            at_ms=event["at"],
            ordinal=event.get("seq", ordinal),
            part=0,
            type=event["type"],
            call=event.get("call", ""),
            queue=event.get("queue", ""),
            agent=event.get("agent", ""),
            data=event.get("data", {}),
        )
    ]


def _checked(check: Callable[[Any], Any], value: Any, field: str) -> Any:
    try:
        return check(value)
    except ValueError as error:
        raise EventFault("bad_value", field, str(error)) from None


def _instant_ms(value: Any) -> int:
    """Seconds or milliseconds since the epoch, or ISO 8601 with an offset → milliseconds."""
    if isinstance(value, bool) or value in (None, ""):
        raise EventFault("missing_field", "at", gettext_noop("缺少发生时间"))
    try:
        if isinstance(value, int | float):
            ms = int(value if value > 1e11 else value * 1000)
        else:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise EventFault("no_zone", "at", gettext_noop("时间缺少时区偏移，例如 2026-11-20T09:00:00+08:00"))
            ms = round(moment.timestamp() * 1000)
        return check_instant(ms)
    except EventFault:
        raise
    except LineFault as fault:
        raise EventFault("absurd_time", "at", fault.reason) from None
    except (TypeError, ValueError, OverflowError):
        raise EventFault("bad_value", "at", gettext_noop("无法识别的时间")) from None


FORMAT = FORMATS.register(Format(code="events", version=VERSION, instant=instant, events=events, is_sequence=False))
