"""Rows of any ACD export → canonical events, by a mapping written in TOML.

``mapping`` holds the checked mapping that ``parsing`` reads, ``values`` turns cells into instants and durations, ``judge`` decides what a
row says (a visit, a contact without one, something to ignore, a fault), ``events`` puts that into the product's words.
All of it is pure: the same row under the same mapping always gives the same events.
"""

from kefu.areas.calls.engine.rows.events import NORMALISER_VERSION, normalise, row_cells, row_line
from kefu.areas.calls.engine.rows.judge import Fault, Ignored, Judged, judge
from kefu.areas.calls.engine.rows.mapping import Mapping, MappingError
from kefu.areas.calls.engine.rows.parsing import parse_mapping

__all__ = [
    "NORMALISER_VERSION",
    "Fault",
    "Ignored",
    "Judged",
    "Mapping",
    "MappingError",
    "judge",
    "normalise",
    "parse_mapping",
    "row_cells",
    "row_line",
]
