"""``/api/``: version 1, its documentation, and a machine-readable answer for every other address."""

from __future__ import annotations

from django.urls import path

from kefu.platform.api.instance import api
from kefu.platform.api.web import description, documentation, unknown

urlpatterns = [
    path("docs", documentation, name="api-docs"),
    path("v1/openapi.json", description, name="api-description"),
    path("v1/", unknown),
    path("v1/", api().urls),
    path("<path:rest>", unknown),
]
