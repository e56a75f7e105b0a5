"""URLs of a site that forgot a guard."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from kefu.platform.access.guard import signed_in


def undeclared(request: HttpRequest) -> HttpResponse:
    """Says nothing of who may see it."""
    return HttpResponse("secret")


urlpatterns = [
    path("undeclared/", undeclared),
    path("declared/", signed_in(undeclared)),
    path("", include("kefu.site.urls")),
]
