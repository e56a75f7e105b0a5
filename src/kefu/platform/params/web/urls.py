"""``/params/``."""

from __future__ import annotations

from django.urls import path

from kefu.platform.params.web import views

app_name = "params"
urlpatterns = [
    path("", views.index, name="params"),
    path("<str:code>/", views.detail, name="param"),
    path("<str:code>/reset", views.reset, name="reset"),
    path("<str:code>/withdraw/<int:version>", views.withdraw, name="withdraw"),
]
