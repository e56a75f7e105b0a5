"""``/approvals/``."""

from __future__ import annotations

from django.urls import path

from kefu.platform.approvals.web import requests

app_name = "approvals"
urlpatterns = [
    path("<str:number>/", requests.detail, name="request"),
]
