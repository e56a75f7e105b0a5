"""What background jobs add to the home page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.platform.jobs import permissions, queries
from kefu.platform.jobs.choices import JobState
from kefu.platform.webui import agenda
from kefu.platform.webui.agenda import Line

RECENT = timedelta(days=3)


def lines(viewer: Actor) -> Iterator[Line]:
    """The jobs that failed in the last days."""
    failed = queries.visible_jobs(viewer).filter(state=JobState.FAILED, finished_at__gte=clock.now() - RECENT)
    url = f"{reverse('jobs:jobs')}?state={JobState.FAILED.value}"
    yield Line("circle-x", _("近三天失败的后台任务"), agenda.bounded(failed), url, "bad")


def register() -> None:
    """Put them into the home page."""
    agenda.offer("jobs.now", permissions.VIEW_ALL, lines, 70)
