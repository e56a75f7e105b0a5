"""Where to go on after a sign-in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(request: HttpRequest) -> str:
    """Where to go on: ``next`` when it is a path of this site, else the first page."""
    return safe_path(request, request.POST.get("next") or request.GET.get("next") or "")


def safe_path(request: HttpRequest, wanted: str) -> str:
    """``wanted`` when it is a path of this site, else the first page."""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return "/"


def leave_for(request: HttpRequest, url: str) -> HttpResponse:
    """Go on to another site after a form: the pages' policy lets no form end there, so a page of ours leads on."""
    return render(request, "access/leaving.html", {"url": url})
