"""What every answer carries: security headers, timing, and the rules of caching."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

from kefu.platform.webui.viewer import actor_of

GetResponse = Callable[[HttpRequest], HttpResponseBase]

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class HeadersMiddleware:
    """The content security policy, ``Permissions-Policy`` and how long the server took (``Server-Timing``)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, measured and with headers."""
        start = time.perf_counter()
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), payment=(), usb=(), microphone=(), browsing-topics=()"
        )
        spent = f"app;dur={(time.perf_counter() - start) * 1000:.1f}"
        known = response.headers.get("Server-Timing")
        response.headers["Server-Timing"] = f"{known}, {spent}" if known else spent
        return response


class CachingMiddleware:
    """Pages of whoever has signed in are never stored; a page and its fragment are told apart by ``Vary``.

    Without ``Vary`` the browser's Back shows the fragment that htmx fetched last from the same address.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the caching headers set."""
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
            if actor_of(request).is_signed_in or response.status_code >= 400:
                response.headers["Cache-Control"] = "no-store"
        return response


class CompressionMiddleware(GZipMiddleware):
    """GZip for pages, never for event streams or what says that it is already encoded."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress unless the answer is a stream of events or a file that is served in ranges."""
        kind = response.headers.get("Content-Type", "")
        if response.headers.get("Content-Encoding") or response.headers.get("Accept-Ranges"):
            return response
        if not kind.startswith(("text/html", "application/json", "text/csv", "text/plain", "application/problem+json")):
            return response
        return super().process_response(request, response)
