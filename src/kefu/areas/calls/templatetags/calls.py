"""``{% load calls %}``: small things that the room's templates need."""

from __future__ import annotations

from django import template

from kefu.areas.calls.choices import BatchState, LinkState, Outcome
from kefu.areas.calls.models import QueueVisit, RawBatch, Source

register = template.Library()


@register.filter
def unlocalised(number: float) -> str:
    """A number as SVG wants it, whatever the language."""
    return f"{number:g}"


@register.filter
def outcome(visit: QueueVisit) -> Outcome:
    """How a visit stands, for ``{% state %}``."""
    return Outcome(visit.outcome)


@register.filter
def tone(visit: QueueVisit) -> str:
    """The tone of a visit's outcome."""
    return str(Outcome(visit.outcome).tone)


@register.filter
def link(source: Source) -> LinkState:
    """How the link to a source stands."""
    return LinkState(source.link_state)


@register.filter
def batch_state(batch: RawBatch) -> BatchState:
    """How far a delivery has come."""
    return BatchState(batch.state)
