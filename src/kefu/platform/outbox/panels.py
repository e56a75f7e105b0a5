"""What event deliveries add to the home page."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.platform.outbox import permissions, queries
from kefu.platform.webui import agenda
from kefu.platform.webui.agenda import Line


def lines(viewer: Actor) -> Iterator[Line]:
    """Deliveries that gave up."""
    yield Line("inbox", _("投递失败的事件"), queries.dead_letter_count(), reverse("outbox:deliveries"), "bad")


def register() -> None:
    """Put them into the home page."""
    agenda.offer("outbox.now", permissions.MANAGE, lines, 72)
