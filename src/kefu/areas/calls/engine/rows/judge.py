"""What a row says: a visit, a contact that never asked for an agent, something to ignore — or that it cannot be right."""

from __future__ import annotations

from collections.abc import Mapping as Row
from dataclasses import dataclass, field

from kefu.areas.calls.engine.rows import conditions, values
from kefu.areas.calls.engine.rows.mapping import CONTACT, IGNORED, Check, Duration, Field, Mapping, Rule

BLANKS = ("", "NULL", "null", "\\N")
HOUR = 3600.0
MAXIMUM_KEY = 120


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be right. ``reason`` shows the figures that contradict each other."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A row that is none of our business by the mapping's own word (``rule``)."""

    rule: str
    at_ms: int
    call: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A believable row: the rule that applies, and its instants (ms), durations (s) and words.

    ``entered_ms``, ``answered_ms``, ``ended_ms`` are where the visit begins, is answered and ends such that
    wait + talk + hold fit between them; they are ``None`` for a contact without a visit.
    """

    rule: str
    outcome: str
    at_ms: int
    call: str
    fields: dict[str, str]
    seconds: dict[str, int] = field(default_factory=dict)
    entered_ms: int | None = None
    answered_ms: int | None = None
    ended_ms: int | None = None
    transferred: bool = False
    caller_kind: str = "phone"


class _Faulty(Exception):
    def __init__(self, code: str, reason: str) -> None:
        self.fault = Fault(code, reason)


def judge(mapping: Mapping, row: Row[str, str]) -> Judged | Ignored | Fault:
    """What ``row`` (column → text) says under ``mapping``. Never raises for whatever the cells hold."""
    try:
        return _judge(mapping, row)
    except _Faulty as faulty:
        return faulty.fault
    except values.Unreadable as error:
        return Fault(error.code, str(error))


def call_key(mapping: Mapping, row: Row[str, str]) -> str:
    """The key of the call: the key columns joined, behind the mapping's prefix; "" when one of them is empty."""
    parts = [row.get(column, "").strip() for column in mapping.key]
    return mapping.call_prefix + "-".join(parts) if all(parts) else ""


def _judge(mapping: Mapping, row: Row[str, str]) -> Judged | Ignored:
    call = call_key(mapping, row)
    if not call:
        raise _Faulty("missing", f"{', '.join(mapping.key)} = ''")
    if len(call) > MAXIMUM_KEY:
        raise _Faulty("unparsable", f"{', '.join(mapping.key)}: > {MAXIMUM_KEY}")
    moments = values.instants(mapping, row)
    lengths = values.durations(mapping, row, moments)
    at_ms = next((ms for name in mapping.stamp if (ms := moments[name]) is not None), None)
    if at_ms is None:
        raise _Faulty("missing", f"{', '.join(mapping.stamp)} = ''")
    _check_durations(mapping, row, moments, lengths)
    words = {name: _word(spec, row) for name, spec in mapping.fields.items()}

    def lookup(key: str) -> str | float | None:
        if key[0] == "@":
            name = key[1:]
            if name in lengths:
                return lengths[name]
            moment = moments[name]
            return None if moment is None else moment / 1000
        return words[key[1:]] if key[0] == "$" else row.get(key, "").strip()

    for check in mapping.checks:
        _apply_check(mapping, check, lookup, moments)
    rule = next((rule for rule in mapping.rules if rule.when.holds(lookup)), None)
    if rule is None:
        raise _Faulty("no-rule", "no rule of the mapping applies")
    if rule.outcome == IGNORED:
        return Ignored(rule.name, at_ms, call)
    for name in rule.require:
        known = words.get(name) or lengths.get(name) is not None or moments.get(name) is not None
        if not known:
            raise _Faulty(f"missing-{name}"[:40], f"{rule.name}: {name} = ''")
    return _assemble(mapping, rule, at_ms, call, words, moments, lengths)


def _assemble(
    mapping: Mapping,
    rule: Rule,
    at_ms: int,
    call: str,
    words: dict[str, str],
    moments: dict[str, int | None],
    lengths: dict[str, float | None],
) -> Judged:
    seconds = {role: int(lengths[name] or 0) for role, name in rule.durations.items()}
    caller_kind = mapping.fields["caller"].kind if "caller" in mapping.fields else "phone"
    if rule.outcome == CONTACT:
        return Judged(rule.name, rule.outcome, at_ms, call, words, seconds, caller_kind=caller_kind)
    if not words["queue"]:
        raise _Faulty("missing-queue", f"{rule.name}: queue = ''")
    entered = _first(rule, "entered", moments)
    if entered is None:
        raise _Faulty("missing", f"{rule.name}: {', '.join(rule.instants['entered'])} = ''")
    left = entered + 1000 * seconds.get("wait", 0)
    answered = None
    if rule.outcome == "answered":
        answered = max(left, _first(rule, "answered", moments) or left)
        left = answered + 1000 * (seconds.get("talk", 0) + seconds.get("hold", 0))
    ended = max(left, _first(rule, "ended", moments) or left)
    return Judged(
        rule=rule.name,
        outcome=rule.outcome,
        at_ms=at_ms,
        call=call,
        fields=words,
        seconds=seconds,
        entered_ms=entered,
        answered_ms=answered,
        ended_ms=ended,
        transferred=rule.transferred,
        caller_kind=caller_kind,
    )


def _first(rule: Rule, role: str, moments: dict[str, int | None]) -> int | None:
    return next((ms for name in rule.instants.get(role, ()) if (ms := moments[name]) is not None), None)


def _word(spec: Field, row: Row[str, str]) -> str:
    if not spec.columns:
        return spec.prefix + spec.constant
    parts = [row.get(column, "").strip() for column in spec.columns]
    text = spec.join.join(part for part in parts if part not in BLANKS)
    if text in BLANKS or text in spec.blank:
        return spec.default or ""
    if spec.values is not None:
        if text in spec.values:
            text = spec.values[text]
        elif spec.strict:
            raise _Faulty("unknown-value", f"{'+'.join(spec.columns)} = {text[:60]!r}")
        elif spec.default is not None:
            text = spec.default
    return (spec.prefix + text)[:MAXIMUM_KEY] if text else ""


def _check_durations(
    mapping: Mapping, row: Row[str, str], moments: dict[str, int | None], lengths: dict[str, float | None]
) -> None:
    for duration in mapping.durations.values():
        length = lengths[duration.name]
        if length is None:
            continue
        if length < 0:
            code = "negative-duration" if duration.column else "end-before-start"
            shown = duration.column or f"{duration.end} − {duration.start}"
            raise _Faulty(code, f"{shown} = {length:g} s")
        measured = values.between(duration, moments) if duration.column else None
        if measured is None or duration.minus or abs(measured - length) <= duration.tolerance:
            continue
        if abs(abs(measured - length) - HOUR) <= duration.tolerance and _clock_changes(mapping, duration, moments):
            continue
        if measured < 0:
            raise _Faulty("end-before-start", f"{duration.end} − {duration.start} = {measured:g} s")
        raise _Faulty(
            "inconsistent-times",
            f"{duration.column} = {length:g} s ≠ {duration.end} − {duration.start} = {measured:g} s",
        )


def _clock_changes(mapping: Mapping, duration: Duration, moments: dict[str, int | None]) -> bool:
    offsets = {
        values.local_offset(ms, mapping.time_zone)
        for name in (duration.start, duration.end)
        if (ms := moments[name]) is not None
    }
    return len(offsets) > 1


def _apply_check(mapping: Mapping, check: Check, lookup: conditions.Lookup, moments: dict[str, int | None]) -> None:
    if check.when and not check.when.holds(lookup):
        return
    if not check.earlier:
        raise _Faulty(check.code, check.reason or check.code)
    earlier, later = moments[check.earlier], moments[check.later]
    if earlier is None or later is None:
        return
    gap = (later - earlier) / 1000
    low, high = check.at_least, check.at_most
    if (low is not None and gap < low) or (high is not None and gap > high):
        bounds = f"{'…' if low is None else format(low, 'g')} – {'…' if high is None else format(high, 'g')}"
        figures = f"{check.later} − {check.earlier} = {gap:g} s ({bounds})"
        raise _Faulty(check.code, f"{check.reason}: {figures}" if check.reason else figures)
