"""Answers that suit both a plain request and an htmx request."""

from __future__ import annotations

import json
from typing import TypeVar
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.encoding import iri_to_uri
from django.utils.functional import Promise

R = TypeVar("R", bound=HttpResponse)


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a region of the page (and is not restoring history, which needs the whole page)."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def redirect_or_hx(request: HttpRequest, url: str, *, text: str | Promise = "", tone: str = "ok") -> HttpResponse:
    """Go to ``url`` (a full page load, also for htmx), with ``text`` shown there as a toast."""
    if text:
        level = messages.ERROR if tone == "bad" else messages.SUCCESS
        messages.add_message(request, level, str(text))
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = iri_to_uri(url)
        return response
    return HttpResponseRedirect(url)


def add_toast(response: R, text: str | Promise, *, tone: str = "", undo: str = "") -> R:
    """Make htmx show ``text``; ``undo`` is an address to which the undo button (10 s) posts."""
    detail: dict[str, str] = {"text": str(text), "tone": tone}
    if undo:
        detail["undo"] = undo
    return trigger(response, "kefu:toast", detail)


def trigger(response: R, event: str, detail: object = None) -> R:
    """Make htmx dispatch ``event`` on the page, besides those already asked for."""
    known = response.headers.get("HX-Trigger", "")
    events = json.loads(known) if known.startswith("{") else {}
    events[event] = detail
    response.headers["HX-Trigger"] = json.dumps(events)
    return response


def toast(request: HttpRequest, text: str | Promise, *, tone: str = "", undo: str = "") -> HttpResponse:
    """Nothing but a toast (204) for htmx; for a plain request the text is shown on the next page."""
    if request.headers.get("HX-Request") == "true":
        return add_toast(HttpResponse(status=204), text, tone=tone, undo=undo)
    messages.add_message(request, messages.ERROR if tone == "bad" else messages.SUCCESS, str(text))
    return HttpResponseRedirect(local_referer(request))


def close_and_refresh(region: str = "", text: str | Promise = "") -> HttpResponse:
    """Close the dialog or drawer and let the region (an element's id) load itself again."""
    response = trigger(HttpResponse(status=204), "kefu:close")
    if region:
        trigger(response, f"kefu:refresh-{region}")
    return add_toast(response, text) if text else response


def local_referer(request: HttpRequest, default: str = "/") -> str:
    """The page the request came from, if it is one of ours."""
    return local_path(request, request.headers.get("Referer", "")) or default


def local_path(request: HttpRequest, url: str) -> str:
    """Path and query of ``url`` when it belongs to this site, else ``""``."""
    parts = urlsplit(url)
    if parts.netloc == request.get_host() and parts.path.startswith("/") and not parts.path.startswith("//"):
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return ""
