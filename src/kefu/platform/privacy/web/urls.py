"""The addresses of privacy."""

from __future__ import annotations

from django.urls import path

from kefu.platform.privacy.web import views

app_name = "privacy"
urlpatterns = [
    path("privacy/reveal/<str:ticket>/", views.reveal, name="reveal"),
    path("privacy/hidden/", views.hidden, name="hidden"),
]
