"""What insight publishes."""

from __future__ import annotations

from dataclasses import dataclass

from kefu.kernel.events import Event, event


@event("insight.alert_fired")
@dataclass(frozen=True, slots=True)
class AlertFired(Event):
    """An alert began."""

    alert_id: int
    rule_id: int
    severity: str


@event("insight.alert_cleared")
@dataclass(frozen=True, slots=True)
class AlertCleared(Event):
    """An alert ended by itself."""

    alert_id: int
    rule_id: int
