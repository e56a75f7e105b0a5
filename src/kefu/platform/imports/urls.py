"""``/imports/``."""

from __future__ import annotations

from django.urls import path

from kefu.platform.imports.web import views

app_name = "imports"
urlpatterns = [
    path("", views.index, name="imports"),
    path("u/<uuid:uid>/", views.upload, name="upload"),
    path("u/<uuid:uid>/check", views.check, name="check"),
    path("u/<uuid:uid>/apply", views.apply, name="apply"),
    path("u/<uuid:uid>/faults.xlsx", views.faults, name="faults"),
    path("<str:kind>/", views.start, name="start"),
    path("<str:kind>/template.xlsx", views.template, name="template"),
    path("<str:kind>/mappings/forget", views.forget, name="forget"),
]
