"""The trail, one entry of it, and a check of the chain."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kefu.platform.access import guard
from kefu.platform.audit import labels, permissions, queries
from kefu.platform.audit.web.tables import EntryTable
from kefu.platform.webui.responses import is_fragment
from kefu.platform.webui.tables import table_page


@guard.requires(permissions.ENTRY_VIEW)
@require_GET
def entries(request: HttpRequest) -> HttpResponseBase:
    """The list with its search."""
    given = {"title": _("审计"), "active": "audit.entries"}
    return table_page(request, EntryTable(request), "audit/entries.html", given)


@guard.requires(permissions.ENTRY_VIEW)
@require_GET
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry: who, where from, before and after, its place in the chain."""
    shown = queries.entry_visible_to(guard.actor_of(request), entry_id)
    given = {
        "entry": shown,
        "words": labels.label_of(shown.action),
        "changes": changes(shown.before, shown.after),
        "hash": bytes(shown.hash).hex() if shown.hash else "",
        "previous": bytes(shown.previous).hex() if shown.previous else "",
        "title": labels.label_of(shown.action),
        "active": "audit.entries",
    }
    return render(request, "audit/_entry.html" if is_fragment(request) else "audit/entry.html", given)


@guard.requires(permissions.ENTRY_VIEW)
@require_POST
@guard.limited("audit.verify", limit=20, per_seconds=600)
def verify(request: HttpRequest) -> HttpResponse:
    """Compute the chain anew and say what was found."""
    return render(request, "audit/_verdict.html", {"verdict": queries.verify()})


def changes(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[tuple[str, str, str]]:
    """Field, value before, value after; ``""`` where there is none."""
    fields = sorted({*(before or {}), *(after or {})})
    return [(field, _text(before, field), _text(after, field)) for field in fields]


def _text(values: dict[str, Any] | None, field: str) -> str:
    if values is None or field not in values:
        return ""
    value = values[field]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
