"""The start page: what needs the viewer now, and how things go. Any app adds to it through its two slots."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kefu.kernel import clock
from kefu.platform.access.guard import signed_in
from kefu.platform.webui import agenda
from kefu.platform.webui.menu import menu_for
from kefu.platform.webui.panels import render_slot
from kefu.platform.webui.viewer import actor_of

DOING = "home.doing"


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The viewer's home; a page that stands before it in the menu (the first set-up) comes first."""
    items = menu_for(actor_of(request)).items
    if items and items[0].code != "home":
        return HttpResponseRedirect(items[0].url)
    context: dict[str, Any] = {"title": _("首页"), "active": "home"}
    if not any(item.permission for item in items):
        return render(request, "webui/no_pages.html", context)
    today = clock.local_date(clock.now(), settings.TIME_ZONE)
    context |= {
        "today": today,
        "weekday": date_format(today, "l"),
        "now": render_slot(request, agenda.SLOT, {}),
        "doing": render_slot(request, DOING, {"today": today}),
    }
    return render(request, "webui/home.html", context)
