"""Detail rows as a format of the raw log: a row is kept as canonical JSON and read by the source's mapping."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop

from kefu.areas.calls.engine.formats import FORMATS, Format, LineFault, Options, check_instant
from kefu.areas.calls.engine.rows import (
    NORMALISER_VERSION,
    Fault,
    Ignored,
    Judged,
    Mapping,
    judge,
    normalise,
    parse_mapping,
    row_cells,
)
from kefu.areas.calls.engine.types import CanonicalEvent, RawLine

REMEMBERED = 50_000
"""Rows whose judgement is kept between intake and fold; others are judged again."""

_last: tuple[Any, Mapping] | None = None
_judged: dict[str, Judged | Ignored] = {}


def mapping_of(options: Options) -> Mapping:
    """The mapping kept in a source's options; parsed anew only when it is another document than the time before."""
    global _last
    document = options.get("mapping") or {}
    if _last is None or (_last[0] is not document and _last[0] != document):
        _last = (document, parse_mapping(document))
        _judged.clear()
    elif _last[0] is not document:
        _last = (document, _last[1])
    return _last[1]


def instant(line: bytes, options: Options) -> int:
    """When the row says it happened; raises ``LineFault`` for a row that cannot be right."""
    text = line.decode("utf-8", "replace")
    cells = row_cells(text)
    if cells is None:
        raise LineFault("unparsable", gettext_noop("不是一行明细"))
    said = judge(mapping_of(options), cells)
    if isinstance(said, Fault):
        raise LineFault(said.code, said.reason)
    if len(_judged) >= REMEMBERED:
        _judged.clear()
    _judged[text] = said
    return check_instant(said.at_ms)


def events(text: str, at_ms: int, ordinal: int, options: Options) -> list[CanonicalEvent]:
    """The canonical events of a kept row."""
    mapping = mapping_of(options)
    said = _judged.pop(text, None)
    return normalise(RawLine(at_ms, ordinal, text), mapping, said)


FORMATS.register(
    Format(
        code="rows",
        version=NORMALISER_VERSION,
        instant=instant,
        events=events,
        is_sequence=False,
        measures_wrap=False,
    )
)
