"""What every page says at its top about the rights with which one acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from kefu.kernel import clock
from kefu.platform.access import guard, queries
from kefu.platform.access.web.seats import lock_panel
from kefu.platform.webui.panels import PANELS, Panel


def acting(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """For whom one stands in at present, and until when; no statement more for those who stand in for nobody."""
    actor = guard.actor_of(request)
    if actor.user_id is None or not queries.rights_of(actor).acting_for:
        return ""
    running = queries.delegations_running_for(actor.user_id, clock.now())
    return render_to_string("access/_acting.html", {"running": running}, request=request) if running else ""


def viewing(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """That one looks with somebody else's eyes, until when, and the way back."""
    present = getattr(request, "viewing", None)
    return render_to_string("access/_viewing.html", {"viewing": present}, request=request) if present else ""


def register() -> None:
    """Put the banners into the frame of all pages."""
    PANELS.register(Panel("shell.banner", "access.viewing", "", viewing, order=10))
    PANELS.register(Panel("shell.banner", "access.acting", "", acting, order=20))
    PANELS.register(Panel("shell.banner", "access.lock", "", lock_panel, order=90))
