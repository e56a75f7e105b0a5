"""What insight adds to the home page: standing alerts, and how today goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from kefu.areas.insight import permissions, queries
from kefu.areas.insight.choices import STANDING, AlertState, Severity
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.platform.access import queries as access
from kefu.platform.access.guard import actor_of
from kefu.platform.metrics.permissions import VIEW_NUMBER
from kefu.platform.webui import agenda
from kefu.platform.webui.agenda import Line
from kefu.platform.webui.panels import PANELS, Panel


def lines(viewer: Actor) -> Iterator[Line]:
    """The alerts that nobody has taken up, and those that somebody has."""
    standing = queries.alerts_for(viewer).filter(state__in=STANDING)
    found = list(standing.order_by("-fired_at").values_list("state", "severity")[: agenda.BOUND + 1])
    url = reverse("insight:alerts")
    urgent = sum(state == AlertState.OPEN and severity == Severity.URGENT for state, severity in found)
    fresh = sum(state == AlertState.OPEN for state, _severity in found) - urgent
    yield Line("octagon-alert", _("未确认的紧急告警"), urgent, f"{url}?view=urgent", "bad")
    yield Line("triangle-alert", _("未确认的告警"), fresh, f"{url}?view=open", "warn")
    yield Line("bell", _("处理中的告警"), len(found) - urgent - fresh, f"{url}?view=standing")


def doing(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """Today's numbers of the viewer's scope beside the same weekday last week."""
    viewer = actor_of(request)
    label, tiles = queries.tiles_for(viewer, clock.now())
    if not tiles:
        return ""
    may_report = access.has_permission(viewer, permissions.VIEW_REPORT)
    return render_to_string(
        "insight/_home_doing.html", {"label": label, "tiles": tiles, "may_report": may_report}, request=request
    )


def style(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """What the numbers need in the head of the page."""
    return format_html('<link rel="stylesheet" href="{}">', static("metrics/metrics.css"))


def register() -> None:
    """Put them into the home page."""
    agenda.offer("insight.now", permissions.VIEW_ALERT, lines, 5)
    PANELS.register(Panel("home.head", "insight.home_style", VIEW_NUMBER, style, 10))
    PANELS.register(Panel("home.doing", "insight.doing", VIEW_NUMBER, doing, 10))
