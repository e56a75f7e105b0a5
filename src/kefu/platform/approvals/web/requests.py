"""The page of one request: what is asked, how it stands, and what the viewer may do about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kefu.kernel import clock
from kefu.platform.access.guard import actor_of, signed_in
from kefu.platform.approvals import queries
from kefu.platform.approvals.web.presenting import presented


@signed_in
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one request."""
    actor = actor_of(request)
    row = queries.visible_request(actor, number)
    context: dict[str, Any] = {"active": "approvals.mine", "title": row.title, **presented(actor, row, clock.now())}
    return render(request, "approvals/request.html", context)
