"""What the send log adds to the home page."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.platform.delivery import permissions, queries
from kefu.platform.webui import agenda
from kefu.platform.webui.agenda import Line


def lines(viewer: Actor) -> Iterator[Line]:
    """Messages of which nobody knows whether they left."""
    yield Line("mail", _("结果不明的消息"), queries.in_doubt_count(), reverse("delivery:messages"), "warn")


def register() -> None:
    """Put them into the home page."""
    agenda.offer("delivery.now", permissions.MESSAGE_MANAGE, lines, 74)
