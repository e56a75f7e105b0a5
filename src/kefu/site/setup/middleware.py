"""Leads whoever comes to a new installation to the page where it is claimed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kefu.site.setup import queries


class FirstRunMiddleware:
    """The sign-in page of an installation that waits to be claimed is the claim page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._is_claimed = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing until the view is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Ask only on the sign-in page, and never again once somebody has an account."""
        match = request.resolver_match
        if self._is_claimed or request.method != "GET" or match is None or match.view_name != "access:sign_in":
            return None
        if queries.waits_to_be_claimed():
            return HttpResponseRedirect(reverse("setup:claim"))
        self._is_claimed = queries.is_claimed()
        return None
