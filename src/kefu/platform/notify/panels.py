"""The bell in the top bar of every page: how many notices are unread, live."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.platform.access.guard import actor_of
from kefu.platform.notify import badge
from kefu.platform.webui import agenda
from kefu.platform.webui.agenda import Line
from kefu.platform.webui.panels import PANELS, Panel


def bell(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """The link to the inbox with its number."""
    user_id = actor_of(request).user_id
    if user_id is None:
        return ""
    return render_to_string(
        "notify/bell.html", {"topic": badge.topic_of(user_id), "unread": badge.unread_count(user_id)}
    )


def scripts(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """What the bell needs in the head of the page."""
    return render_to_string("notify/head.html", {"request": request})


def lines(viewer: Actor) -> Iterator[Line]:
    """The notices that the viewer has not read."""
    if viewer.user_id is not None:
        yield Line("bell", _("未读通知"), badge.unread_count(viewer.user_id), reverse("notify:inbox"))


def register() -> None:
    """Offer them to the frame of the page and to the home page."""
    agenda.offer("notify.now", "", lines, 40)
    PANELS.register(Panel("shell.tools", "notify.bell", "", bell, order=10))
    PANELS.register(Panel("shell.head", "notify.scripts", "", scripts, order=10))
