"""What tasks add to the home page."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.platform.tasks import permissions, queries
from kefu.platform.webui import agenda
from kefu.platform.webui.agenda import Line


def lines(viewer: Actor) -> Iterator[Line]:
    """One's own tasks, those that wait at one's unit, and work to be checked."""
    if viewer.user_id is None:
        return
    counts = queries.open_for(viewer.user_id, viewer)
    mine, team = reverse("tasks:mine"), reverse("tasks:team")
    yield Line("clock-alert", _("超时的任务"), counts.overdue, f"{mine}?view=overdue", "bad")
    yield Line("square-check", _("待办任务"), counts.open, mine)
    yield Line("hand", _("本单位待领取的任务"), counts.unowned, f"{mine}?view=unowned")
    yield Line("clipboard-check", _("待我复核的任务"), counts.to_verify, f"{team}?view=to_verify", "warn")


def register() -> None:
    """Put them into the home page."""
    agenda.offer("tasks.now", permissions.VIEW, lines, 20)
