"""Writes of the calls room: intake, fold, facts, loading of history, verification."""

from kefu.areas.calls.services.intake import Intake, Position, Refused, take_in
from kefu.areas.calls.services.sources import ensure_source

__all__ = ["Intake", "Position", "Refused", "ensure_source", "take_in"]
