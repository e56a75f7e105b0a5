"""Requests in the command palette, by their number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy

from kefu.kernel.actor import Actor
from kefu.platform.approvals import queries
from kefu.platform.webui.finding import MOST, PROVIDERS, Hit, Provider

_NUMBER = re.compile(r"[A-Z]?\d{4,8}(-\d{0,8})?", re.IGNORECASE)


def _requests(viewer: Actor, text: str) -> Iterator[Hit]:
    if not _NUMBER.fullmatch(text):
        return
    for request in queries.requests_for(viewer).filter(number__icontains=text.upper()).order_by("-pk")[:MOST]:
        yield Hit(request.number, reverse("approvals:request", args=[request.number]), request.title[:40])


def register() -> None:
    """Offer requests to everybody: the query gives each their own."""
    PROVIDERS.register(Provider("approvals.requests", gettext_lazy("申请"), "clipboard-check", "", _requests, 80))
