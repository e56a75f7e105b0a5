"""Asterisk's ``queue_log``: ``epoch|call|queue|agent|VERB|data…``, one line to canonical events.

The log escapes nothing, so each verb is split with its own bound: a pause reason is all that follows the verb, a queue
URL all that precedes the last three fields. Numbers that are missing or no numbers are left out; folds then take the
distance between the lines. RINGNOANSWER and RINGCANCELED count milliseconds, everything else seconds.
Source: Asterisk 22, ``apps/app_queue.c``, and the wiki page "Queue Logs".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop

from kefu.areas.calls.engine.formats import EARLIEST_MS, FORMATS, LATEST_MS, Format, LineFault, Options
from kefu.areas.calls.engine.types import CanonicalEvent

VERSION = 1

Data = dict[str, Any]
Yield = tuple[str, Data]

LEAST_FIELDS: dict[bytes, int] = {
    b"ENTERQUEUE": 2,
    b"CONNECT": 1,
    b"COMPLETECALLER": 2,
    b"COMPLETEAGENT": 2,
    b"ABANDON": 3,
    b"EXITWITHTIMEOUT": 1,
    b"EXITEMPTY": 1,
    b"EXITWITHKEY": 2,
    b"WITHDRAW": 1,
    b"RINGNOANSWER": 1,
    b"BLINDTRANSFER": 4,
    b"ATTENDEDTRANSFER": 4,
    b"TRANSFER": 4,
}
"""Fields after the verb without which a line of that verb was cut off."""


def instant(line: bytes, options: Options) -> int:
    """When the line was written, in milliseconds; raises ``LineFault`` for a line that cannot be right."""
    parts = line.split(b"|", 5)
    stamp = parts[0]
    if not stamp.isdigit():
        whole, dot, fraction = stamp.partition(b".")
        if not (dot and whole.isdigit() and fraction.isdigit() and len(fraction) <= 9):
            raise LineFault("no_time", gettext_noop("行首不是时间戳"))
        at_ms = int(whole[:15]) * 1000 + int(fraction[:3].ljust(3, b"0"))
    else:
        at_ms = int(stamp[:15]) * 1000
    if not EARLIEST_MS <= at_ms < LATEST_MS:
        raise LineFault("absurd_time", gettext_noop("时间不可能正确"))
    if len(parts) < 5 or not parts[4]:
        raise LineFault("cut_off", gettext_noop("行不完整"))
    least = LEAST_FIELDS.get(parts[4])
    if least is not None and (len(parts) < 6 or parts[5].count(b"|") < least - 1):
        raise LineFault("cut_off", gettext_noop("行不完整"))
    return at_ms


def _plain_lines() -> re.Pattern[bytes]:
    """Lines of the plain form that nearly all have, each with as many fields as its verb wants."""
    verbs: dict[int, list[bytes]] = {}
    for verb, least in LEAST_FIELDS.items():
        verbs.setdefault(least, []).append(verb)
    more = [(least, b"|".join(named)) for least, named in sorted(verbs.items()) if least > 1]
    known = [b"(?:%s)(?:\\|[^|\\n]*){%d}" % (named, least) for least, named in more]
    other = b"(?!(?:%s)\\|)[^|\\n]+\\|" % b"|".join(named for _least, named in more)
    return re.compile(rb"^([0-9]{10})\|[^|\n]*\|[^|\n]*\|[^|\n]*\|(?:%s)" % b"|".join([*known, other]), re.MULTILINE)


_PLAIN = _plain_lines()
_FIRST, _LAST = f"{EARLIEST_MS // 1000:010d}".encode(), f"{LATEST_MS // 1000:010d}".encode()


def instants(lines: bytes, count: int, options: Options) -> list[int] | None:
    """What ``instant`` says of each of ``count`` joined lines; ``None`` when one is not of the plain form."""
    stamps = _PLAIN.findall(lines)
    if len(stamps) != count or min(stamps) < _FIRST or max(stamps) >= _LAST:
        return None
    return [int(stamp) * 1000 for stamp in stamps]


def events(text: str, at_ms: int, ordinal: int, options: Options) -> list[CanonicalEvent]:
    """The canonical events of one line; an unknown verb is ``noted``, never refused."""
    parts = text.split("|", 5)
    if len(parts) < 5:
        return []
    _stamp, call, queue, agent, verb = parts[:5]
    rest = parts[5] if len(parts) == 6 else ""
    call = "" if call in _NOT_A_CALL else call
    queue = "" if queue == "NONE" else queue
    agent = "" if agent == "NONE" else agent
    handler = HANDLERS.get(verb)
    if handler is None:
        data: Data = {"verb": verb[:80]}
        if rest:
            data["text"] = rest
        if verb in _NAMES_THE_INTERFACE:
            data["interface"], agent = agent, ""
        return [CanonicalEvent(at_ms, ordinal, 0, "noted", call[:120], queue[:120], agent[:120], data)]
    type_, data = handler(rest)
    return [CanonicalEvent(at_ms, ordinal, 0, type_, call[:120], queue[:120], agent[:120], data)]


_NOT_A_CALL = frozenset({"NONE", "MANAGER", "REALTIME", ""})
_NAMES_THE_INTERFACE = frozenset({"PENALTY", "RINGINUSE"})


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _numbers(names: tuple[str, ...], texts: list[str]) -> Data:
    found: Data = {}
    for name, text in zip(names, texts, strict=False):
        number = _number(text)
        if number is not None:
            found[name] = number
    return found


def _entered(rest: str) -> Yield:
    # url|caller|position|name, and only the URL may hold "|": the position is the last number but one field from
    # the right; Asterisk before 18 wrote no name.
    fields = rest.split("|")
    data: Data = {}
    if len(fields) >= 4 and _number(fields[-2]) is not None:
        name, position, caller, url = fields[-1], fields[-2], fields[-3], "|".join(fields[:-3])
    elif len(fields) >= 3 and _number(fields[-1]) is not None:
        name, position, caller, url = "", fields[-1], fields[-2], "|".join(fields[:-2])
    else:
        url, caller, position, name = [*fields, "", "", "", ""][:4]
    if caller and caller not in _NO_CALLER:
        data["caller"] = caller
    if name and name not in _NO_CALLER:
        data["caller_name"] = name
    if (place := _number(position)) is not None:
        data["position"] = place
    if url:
        data["url"] = url
    return "queued", data


_NO_CALLER = frozenset({"<unknown>", "unknown", "anonymous", "NONE"})


def _connected(rest: str) -> Yield:
    fields = rest.split("|", 2)
    data = _numbers(("wait",), fields)
    if len(fields) > 1 and fields[1]:
        data["bridged"] = fields[1]
    if len(fields) > 2 and (ring := _number(fields[2])) is not None:
        data["ring"] = ring
    return "answered", data


def _completed(by: str) -> Callable[[str], Yield]:
    def handle(rest: str) -> Yield:
        return "ended", {**_numbers(("wait", "talk"), rest.split("|", 2)), "by": by}

    return handle


def _incompatible(rest: str) -> Yield:
    return "ended", {"talk": 0, "by": "system", "reason": "incompatible"}


def _left(type_: str) -> Callable[[str], Yield]:
    def handle(rest: str) -> Yield:
        return type_, _numbers(("position", "entered_at", "wait"), rest.split("|", 3))

    return handle


def _key_pressed(rest: str) -> Yield:
    key, _bar, tail = rest.partition("|")
    return "exited_key", {"key": key[:8], **_numbers(("position", "entered_at", "wait"), tail.split("|", 3))}


def _withdrawn(rest: str) -> Yield:
    fields = rest.split("|", 3)
    data = _numbers(("position", "entered_at", "wait"), fields)
    if len(fields) > 3 and fields[3]:
        data["reason"] = fields[3]
    return "withdrawn", data


def _rang(type_: str) -> Callable[[str], Yield]:
    def handle(rest: str) -> Yield:
        return type_, _numbers(("ring_ms",), [rest.partition("|")[0]])

    return handle


def _dumped(rest: str) -> Yield:
    return "agent_dumped", {}


def _transferred(kind: str) -> Callable[[str], Yield]:
    def handle(rest: str) -> Yield:
        # target…|wait|talk|position, and the oldest Asterisks wrote no position: the target may take several fields
        fields = rest.split("|")
        count = 3 if len(fields) >= 5 else 2
        target, tail = fields[:-count], fields[-count:]
        data: Data = {"kind": kind, **_numbers(("wait", "talk"), tail)}
        if target:
            data["target"] = "@".join(target[:2]) if kind == "blind" else "|".join(target)
        if kind == "attended" and len(target) > 1 and target[0] == "BRIDGE":
            data["bridge"] = target[1]
        return "transferred", data

    return handle


def _member_added(rest: str) -> Yield:
    return "logged_in", {"paused": True} if rest.startswith("PAUSED") else {}


def _plain(type_: str) -> Callable[[str], Yield]:
    def handle(rest: str) -> Yield:
        return type_, {}

    return handle


def _paused(rest: str) -> Yield:
    return "not_ready", {"reason": rest} if rest else {}


def _wrapping(rest: str) -> Yield:
    return "wrap_started", _numbers(("limit",), [rest.partition("|")[0]])


def _called_number(rest: str) -> Yield:
    return "noted", {"verb": "DID", "did": rest}


def _status(rest: str) -> Yield:
    return "noted", {"verb": "CALLSTATUS", "disposition": rest.partition("|")[0][:40]}


HANDLERS: dict[str, Callable[[str], Yield]] = {
    "QUEUESTART": _plain("source_started"),
    "ENTERQUEUE": _entered,
    "CONNECT": _connected,
    "COMPLETECALLER": _completed("caller"),
    "COMPLETEAGENT": _completed("agent"),
    "SYSCOMPAT": _incompatible,
    "ABANDON": _left("abandoned"),
    "EXITWITHTIMEOUT": _left("timed_out"),
    "EXITEMPTY": _left("exited_empty"),
    "EXITWITHKEY": _key_pressed,
    "WITHDRAW": _withdrawn,
    "RINGNOANSWER": _rang("ring_no_answer"),
    "RINGCANCELED": _rang("ring_cancelled"),
    "AGENTDUMP": _dumped,
    "BLINDTRANSFER": _transferred("blind"),
    "TRANSFER": _transferred("blind"),
    "ATTENDEDTRANSFER": _transferred("attended"),
    "HOLD": _plain("held"),
    "UNHOLD": _plain("retrieved"),
    "ADDMEMBER": _member_added,
    "REMOVEMEMBER": _plain("logged_out"),
    "AGENTLOGIN": _plain("logged_in"),
    "AGENTCALLBACKLOGIN": _plain("logged_in"),
    "AGENTLOGOFF": _plain("logged_out"),
    "AGENTCALLBACKLOGOFF": _plain("logged_out"),
    "PAUSE": _paused,
    "PAUSEALL": _paused,
    "UNPAUSE": _plain("ready"),
    "UNPAUSEALL": _plain("ready"),
    "WRAPUPSTART": _wrapping,
    "WRAPUPEND": _plain("wrap_ended"),
    "DID": _called_number,
    "CALLSTATUS": _status,
}

FORMATS.register(
    Format(
        code="asterisk-queue-log", version=VERSION, instant=instant, instants=instants, events=events, has_sessions=True
    )
)
