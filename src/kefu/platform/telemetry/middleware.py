"""Counts every request, and writes it down when asked to."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from kefu.platform.telemetry.instruments import REQUESTS

logger = logging.getLogger("kefu.request")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestMiddleware:
    """Time per route and status for the scraper; with ``KEFU_REQUEST_LOG=1`` one line a request.

    The line names the route as it is written in the code (``calls/<id>/``), never the address that was asked for:
    addresses and queries hold numbers of people.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.writes = os.environ.get("KEFU_REQUEST_LOG", "") not in ("", "0")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, counted."""
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        method = request.method if request.method in METHODS else "OTHER"
        route = request.resolver_match.route if request.resolver_match else "unknown"
        REQUESTS.labels(method, route, str(response.status_code)).observe(seconds)
        if self.writes:
            actor = getattr(request, "actor", None)
            logger.info(
                "%s %s %s",
                method,
                route,
                response.status_code,
                extra={
                    "method": method,
                    "route": route,
                    "status": response.status_code,
                    "milliseconds": round(seconds * 1000, 1),
                    "user": getattr(actor, "user_id", None),
                },
            )
        return response
