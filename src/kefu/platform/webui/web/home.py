"""The start page: the first page of the menu that the viewer may open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from kefu.platform.access.guard import signed_in
from kefu.platform.webui.menu import menu_for
from kefu.platform.webui.viewer import actor_of


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Go to the first page of the menu; say what to do when there is none."""
    items = [item for item in menu_for(actor_of(request)).items if item.permission]
    if items:
        return HttpResponseRedirect(items[0].url)
    return render(request, "webui/no_pages.html", {"title": _("首页")})
