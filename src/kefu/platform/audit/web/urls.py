"""The addresses of audit."""

from __future__ import annotations

from django.urls import path

from kefu.platform.audit.web import views

app_name = "audit"
urlpatterns = [
    path("audit/", views.entries, name="entries"),
    path("audit/verify/", views.verify, name="verify"),
    path("audit/<int:entry_id>/", views.entry, name="entry"),
]
