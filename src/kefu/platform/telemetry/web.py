"""Addresses for machines: is it alive, may it get traffic, what does it count."""

from __future__ import annotations

import hmac
import ipaddress
import os
from collections.abc import Callable

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from kefu.platform.access.guard import public
from kefu.platform.telemetry import scraping

TOKEN = "KEFU_SCRAPE_TOKEN"
_migrated = False


@public("says only that the process answers")
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers; it asks nobody else. Restart the process when it does not."""
    return HttpResponse("ok\n", content_type="text/plain")


@public("says only whether traffic may come")
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and its tables fit this version, else 503 with the check that failed."""
    checks = {"database": _passes(_database)}
    checks["migrations"] = checks["database"] and _passes(_migrations)
    ok = all(checks.values())
    return JsonResponse({"ready": ok, "checks": checks}, status=200 if ok else 503)


@public("asks for the scraper's token, or for the machine itself, before it tells numbers without personal data")
def counters(request: HttpRequest) -> HttpResponse:
    """Prometheus's text format, for whoever brings the token; without a token set, for this machine alone."""
    if not _may_scrape(request):
        return HttpResponse(
            f"set {TOKEN} and send it as Authorization: Bearer …\n", status=403, content_type="text/plain"
        )
    return HttpResponse(scraping.answer(), content_type=scraping.CONTENT_TYPE)


def _may_scrape(request: HttpRequest) -> bool:
    token = os.environ.get(TOKEN, "")
    if token:
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(sent.encode(), token.encode())
    # a proxy on this machine speaks for the whole world: what it forwards is not local
    if request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded"):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Error:
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _migrations() -> bool:
    """Whether nothing is pending; remembered once true, for tables do not go back."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


urlpatterns = [
    path("healthz", alive),
    path("readyz", ready),
    path("prometheus", counters),
]
