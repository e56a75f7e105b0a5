"""Addresses of the live app; the stream itself is answered beside Django."""

from __future__ import annotations

from django.urls import path

from kefu.platform.live.web import views

app_name = "live"
urlpatterns = [
    path("ticket/", views.ticket, name="ticket"),
    path("status/", views.status, name="status"),
]
