"""Tags for pages of other rooms: the clocks of a piece of work."""

from __future__ import annotations

from typing import Any

from django import template

from kefu.kernel import clock as time
from kefu.platform.access.queries import has_permission
from kefu.platform.clocks import permissions, queries
from kefu.platform.clocks.presenting import presented
from kefu.platform.webui.viewer import actor_of

register = template.Library()


@register.inclusion_tag("clocks/_panel.html", takes_context=True)
def clock_panel(context: dict[str, Any], origin: str) -> dict[str, Any]:
    """The newest clock on ``origin`` (``room.noun:id``) and links to the earlier ones; nothing when there is none.

    The page has authorised the piece of work; the link to the clock's own page is for whoever may open clocks.
    """
    request = context["request"]
    found = queries.clocks_of(origin)
    if not found:
        return {"clock": None}
    return {
        "request": request,
        "may_open": has_permission(actor_of(request), permissions.VIEW),
        "earlier": found[1:],
        **presented(found[0], time.now()),
    }
