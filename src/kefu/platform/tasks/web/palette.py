"""Tasks in the command palette, by their number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy

from kefu.kernel.actor import Actor
from kefu.platform.tasks import permissions, queries
from kefu.platform.webui.finding import MOST, PROVIDERS, Hit, Provider

_NUMBER = re.compile(r"T?\d{4,8}(-\d{0,8})?", re.IGNORECASE)


def _tasks(viewer: Actor, text: str) -> Iterator[Hit]:
    if not _NUMBER.fullmatch(text):
        return
    for task in (
        queries.tasks_for(viewer, permissions.VIEW).filter(number__icontains=text.upper()).order_by("-pk")[:MOST]
    ):
        yield Hit(task.number, reverse("tasks:task", args=[task.number]), task.title[:40])


def register() -> None:
    """Offer tasks."""
    PROVIDERS.register(Provider("tasks.tasks", gettext_lazy("任务"), "square-check", permissions.VIEW, _tasks, 70))
