"""Gives every request a trace number, so that an answer and a log line can be matched."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from kefu.platform.telemetry.context import tracing

HEADER = "X-Request-Id"
ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")


def trace_of(request: HttpRequest) -> str:
    """The request's trace number: what the caller or a proxy sent when it is well-formed, or a new one."""
    known = getattr(request, "trace", "")
    if not known:
        sent = request.headers.get(HEADER, "")
        known = sent if ACCEPTED.fullmatch(sent) else secrets.token_hex(8)
        request.trace = known  # type: ignore[attr-defined]
    return str(known)


class TraceMiddleware:
    """Sets ``request.trace``, gives it to the log, and answers with ``X-Request-Id``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the number in the header."""
        trace = trace_of(request)
        with tracing(trace):
            response = self.get_response(request)
        response[HEADER] = trace
        return response
