"""A believable row in the product's words, and the line under which a row is kept in the raw log."""

from __future__ import annotations

import json
from collections.abc import Mapping as Row
from typing import Any

from kefu.areas.calls.engine.rows.judge import Fault, Ignored, Judged, judge
from kefu.areas.calls.engine.rows.mapping import CONTACT, Mapping
from kefu.areas.calls.engine.types import CanonicalEvent, RawLine

NORMALISER_VERSION = 1
TERMINALS = {
    "abandoned": "abandoned",
    "timeout": "timed_out",
    "empty": "exited_empty",
    "exit_key": "exited_key",
    "withdrawn": "withdrawn",
    "overflow": "overflowed",
    "voicemail": "voicemail",
    "lost": "ended",
}


def row_line(row: Row[str, str]) -> str:
    """The line that stands for ``row`` in the raw log: its filled cells as canonical JSON.

    Neither the order of the columns nor empty cells nor blanks around a cell change it.
    """
    cells = {column: text for column, value in row.items() if column and (text := value.strip())}
    return json.dumps(cells, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def row_cells(line: str | bytes) -> dict[str, str] | None:
    """The cells of a line that ``row_line`` made; ``None`` when it is no such line."""
    try:
        return {str(column): str(value) for column, value in json.loads(line).items()}
    except (ValueError, AttributeError, RecursionError):
        return None


def normalise(raw: RawLine, mapping: Mapping, said: Judged | Ignored | None = None) -> list[CanonicalEvent]:
    """The canonical events of one kept row; a row that the mapping now refuses becomes one ``noted`` event.

    ``said`` is what ``judge`` said of this very row under this mapping, if it was asked before.
    """
    if said is None:
        cells = row_cells(raw.text)
        if cells is None:
            return [CanonicalEvent(raw.at_ms, raw.ordinal, 0, "noted", data={"fault": "unparsable"})]
        verdict = judge(mapping, cells)
    else:
        verdict = said
    if isinstance(verdict, Fault):
        return [
            CanonicalEvent(raw.at_ms, raw.ordinal, 0, "noted", data={"fault": verdict.code, "reason": verdict.reason})
        ]
    if isinstance(verdict, Ignored):
        return [CanonicalEvent(raw.at_ms, raw.ordinal, 0, "noted", data={"ignored": verdict.rule})]
    return [
        CanonicalEvent(at_ms, raw.ordinal, part, kind, verdict.call, queue, agent, data)
        for part, (at_ms, kind, queue, agent, data) in enumerate(_events(verdict))
    ]


def _events(said: Judged) -> list[tuple[int, str, str, str, dict[str, Any]]]:
    words, seconds = said.fields, said.seconds
    queue, agent = words["queue"], words.get("agent", "")
    caller = _filled({"caller": words.get("caller"), "caller_name": words.get("caller_name")})
    if "caller" in caller and said.caller_kind != "phone":
        caller["caller_kind"] = said.caller_kind
    offered = (said.at_ms, "offered", "", "", caller | _filled({"vru": seconds.get("vru")}))
    if said.outcome == CONTACT:
        return [offered]
    assert said.entered_ms is not None
    assert said.ended_ms is not None
    position = words.get("position", "")
    entry = caller | ({"position": int(position)} if position.isdecimal() else {})
    found = [offered, (said.entered_ms, "queued", queue, "", entry)]
    wait = {"wait": seconds.get("wait", 0)}
    if said.outcome != "answered":
        extra = _filled({"key": words.get("exit_key"), "reason": words.get("reason")})
        if said.outcome == "lost":
            extra["by"] = "system"
        found.append((said.ended_ms, TERMINALS[said.outcome], queue, agent, wait | extra))
        return found
    assert said.answered_ms is not None
    found.append((said.answered_ms, "answered", queue, agent, wait | {"ring": seconds.get("ring", 0)}))
    closing: dict[str, Any] = wait | {"talk": seconds.get("talk", 0)}
    closing |= _filled({"hold": seconds.get("hold"), "wrap": seconds.get("wrap")})
    closing |= _filled({name: words.get(name) for name in ("disposition", "recording")})
    if words.get("satisfaction", "").isdecimal():
        closing["satisfaction"] = int(words["satisfaction"])
    target, kind = words.get("transfer_target", ""), words.get("transfer_kind", "")
    if said.transferred or target:
        closing |= {"kind": kind if kind in ("blind", "attended") else "blind", "target": target}
        found.append((said.ended_ms, "transferred", queue, agent, closing))
    else:
        by = words.get("released_by", "")
        closing["by"] = by if by in ("caller", "agent", "transfer", "system") else ""
        found.append((said.ended_ms, "ended", queue, agent, closing))
    return found


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}
