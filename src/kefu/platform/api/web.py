"""The documentation page and the answer to unknown addresses."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja.responses import Response

from kefu.platform.access.guard import public
from kefu.platform.api.instance import api
from kefu.platform.api.problems import problem


@public("the shape of the API is no secret; calling it needs a session or a token")
def documentation(request: HttpRequest) -> HttpResponse:
    """Swagger UI from our own static files."""
    return render(request, "api/docs.html", {"openapi_url": reverse("api-description")})


@public("the shape of the API is no secret; calling it needs a session or a token")
def description(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return Response(api().get_openapi_schema())


@csrf_exempt
@public("says only that there is nothing")
def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """404 as a problem instead of a page."""
    return problem(request, status=404, code="not_found", detail=_("没有这个接口地址，请查看接口文档。"))
