"""Template tags of live pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("live/mark.html")
def live_mark(topic: str, max_age: int = 15) -> dict[str, Any]:
    """The mark that tells whether ``topic`` is live: colour, shape, word and the server's clock."""
    return {"topic": topic, "max_age": max_age, "zone": settings.TIME_ZONE}


@register.inclusion_tag("live/head.html", takes_context=True)
def live_head(context: dict[str, Any]) -> dict[str, Any]:
    """The script that a page with live topics needs in its head."""
    return {"request": context.get("request")}
