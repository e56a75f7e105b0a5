"""Addresses of the metric catalogue."""

from __future__ import annotations

from django.urls import path

from kefu.platform.metrics.web import views

app_name = "metrics"
urlpatterns = [
    path("", views.catalogue_page, name="list"),
    path("<str:code>/", views.definition_page, name="detail"),
    path("<str:code>/card/", views.definition_card, name="card"),
    path("<str:code>/rows/", views.rows, name="rows"),
]
