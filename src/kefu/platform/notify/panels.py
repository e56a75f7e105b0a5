"""The bell in the top bar of every page: how many notices are unread, live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from kefu.platform.access.guard import actor_of
from kefu.platform.notify import badge
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


def register() -> None:
    """Offer them to the frame of the page."""
    PANELS.register(Panel("shell.tools", "notify.bell", "", bell, order=10))
    PANELS.register(Panel("shell.head", "notify.scripts", "", scripts, order=10))
