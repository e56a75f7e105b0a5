"""Calls and queues in the command palette. A caller is found by the whole number only, never by a part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from kefu.areas.calls import permissions, queries
from kefu.areas.calls.models import Queue, Source
from kefu.kernel.actor import Actor
from kefu.platform.webui.finding import MOST, PROVIDERS, Hit, Provider
from kefu.platform.webui.formats import when

_NUMBER = re.compile(r"\+?[\d\s-]{5,24}")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{7,59}")


def _calls(viewer: Actor, text: str) -> Iterator[Hit]:
    is_number = _NUMBER.fullmatch(text) is not None
    if not is_number and not (_KEY.fullmatch(text) and any(letter.isdigit() for letter in text)):
        return
    meant = Q(pk__in=[])
    if is_number:
        meant |= Q(caller_token__in=queries.caller_tokens(re.sub(r"[\s-]", "", text)))
    if _KEY.fullmatch(text):
        meant |= Q(source__in=list(Source.objects.values_list("pk", flat=True)), call_key=text)
    rows = list(queries.visits_for(viewer).filter(meant).select_related("queue").order_by("-entered_at")[:MOST])
    masks = queries.masks_of(rows)
    for row in rows:
        caller = masks.get(bytes(row.caller_token), "") if row.caller_token else ""
        yield Hit(f"{when(row.entered_at)} {row.queue.name}", reverse("calls:visit", args=[row.id]), caller)


def _queues(viewer: Actor, text: str) -> Iterator[Hit]:
    rows = Queue.objects.filter(Q(name__icontains=text) | Q(code__icontains=text), is_active=True)
    for queue in rows[:MOST]:
        yield Hit(queue.name, queries.visits_url({"queue": queue.code}), queue.code)


def register() -> None:
    """Offer calls and queues."""
    PROVIDERS.register(
        Provider("calls.visits", gettext_lazy("通话"), "phone-incoming", permissions.VISIT_VIEW, _calls, 30)
    )
    PROVIDERS.register(
        Provider("calls.queues", pgettext_lazy("多个", "技能队列"), "list-checks", permissions.VISIT_VIEW, _queues, 40)
    )
