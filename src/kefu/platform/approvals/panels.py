"""What approvals add to the home page."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.platform.approvals.queries import waiting_for
from kefu.platform.webui import agenda
from kefu.platform.webui.agenda import Line


def lines(viewer: Actor) -> Iterator[Line]:
    """The requests that wait for the viewer, in their own name or as a deputy."""
    rows = waiting_for(viewer.user_id)
    yield Line("clipboard-check", _("待我审批"), agenda.bounded(rows), reverse("approvals:waiting"), "warn")


def register() -> None:
    """Put them into the home page."""
    agenda.offer("approvals.now", "", lines, 10)
