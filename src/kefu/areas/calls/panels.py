"""What the calls room adds to the home page."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.areas.calls import permissions
from kefu.areas.calls.models import RawFault, SourceOutage
from kefu.kernel.actor import Actor
from kefu.platform.webui import agenda
from kefu.platform.webui.agenda import Line


def lines(viewer: Actor) -> Iterator[Line]:
    """Rows that were set aside, and sources whose link is down."""
    down = SourceOutage.objects.filter(ended_at=None, source__is_active=True)
    yield Line("unplug", _("连接中断的话务源"), agenda.bounded(down), reverse("calls:sources"), "bad")
    faults = RawFault.objects.order_by().values_list("source__code").annotate(n=Count("id")).order_by("-n")[:3]
    for code, count in faults:
        url = reverse("calls:faults", args=[code])
        yield Line("file-warning", _("搁置的话务记录：%(source)s") % {"source": code}, count, url, "warn")


def register() -> None:
    """Put them into the home page."""
    agenda.offer("calls.now", permissions.SOURCE_MANAGE, lines, 60)
