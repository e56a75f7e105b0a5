"""Detail rows as a format of the raw log: a row is kept as canonical JSON and read by the source's mapping."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop

from kefu.areas.calls.engine.formats import FORMATS, Format, LineFault, Options, check_instant
from kefu.areas.calls.engine.rows import NORMALISER_VERSION, Fault, Mapping, judge, normalise, parse_mapping, row_cells
from kefu.areas.calls.engine.types import CanonicalEvent, RawLine

_last: tuple[Any, Mapping] | None = None


def mapping_of(options: Options) -> Mapping:
    """The mapping kept in a source's options; parsed anew only when it is another document than the time before."""
    global _last
    document = options.get("mapping") or {}
    if _last is None or _last[0] is not document:
        _last = (document, parse_mapping(document))
    return _last[1]


def instant(line: bytes, options: Options) -> int:
    """When the row says it happened; raises ``LineFault`` for a row that cannot be right."""
    cells = row_cells(line)
    if cells is None:
        raise LineFault("unparsable", gettext_noop("不是一行明细"))
    said = judge(mapping_of(options), cells)
    if isinstance(said, Fault):
        raise LineFault(said.code, said.reason)
    return check_instant(said.at_ms)


def events(text: str, at_ms: int, ordinal: int, options: Options) -> list[CanonicalEvent]:
    """The canonical events of a kept row."""
    return normalise(RawLine(at_ms, ordinal, text), mapping_of(options))


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
