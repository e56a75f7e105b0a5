"""The numbers of the calls room: facts, measures, dimensions and the KPIs of access and handling."""

from kefu.areas.calls.metrics.access import ACCESS
from kefu.areas.calls.metrics.facts import DIMENSIONS, FACTS, MEASURES
from kefu.areas.calls.metrics.handling import HANDLING
from kefu.platform.metrics import registry


def register() -> None:
    """Add all of it to the catalogue; called once, from the room's ``apps``."""
    registry.register(facts=FACTS, measures=MEASURES, metrics=(*ACCESS, *HANDLING), dimensions=DIMENSIONS)


__all__ = ["register"]
