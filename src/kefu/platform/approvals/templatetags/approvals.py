"""Tags for pages of other rooms: how the request on a piece of work stands."""

from __future__ import annotations

from typing import Any

from django import template

from kefu.platform.approvals import queries
from kefu.platform.approvals.presenting import route_of
from kefu.platform.webui.viewer import actor_of

register = template.Library()


@register.inclusion_tag("approvals/_panel.html", takes_context=True)
def approval_panel(context: dict[str, Any], origin: str) -> dict[str, Any]:
    """The newest request on ``origin`` (``room.noun:id``) with its steps, and links to the earlier ones.

    The page has authorised the piece of work; the link to the request is for whoever may open it.
    """
    request = context["request"]
    found = queries.requests_of(origin)
    if not found:
        return {"item": None}
    actor = actor_of(request)
    seen = set(queries.requests_for(actor).filter(pk__in=[row.pk for row in found]).values_list("pk", flat=True))
    return {
        "request": request,
        "item": found[0],
        "rounds": route_of(found[0])[:1],
        "may_open": found[0].pk in seen,
        "may_decide": bool(queries.own_seats(actor.user_id, found[0])),
        "earlier": [row for row in found[1:] if row.pk in seen],
    }
