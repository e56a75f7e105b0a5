"""``/inbox/``."""

from __future__ import annotations

from django.urls import path

from kefu.platform.notify.web import inbox, preferences

app_name = "notify"
urlpatterns = [
    path("", inbox.index, name="inbox"),
    path("read", inbox.read, name="read"),
    path("unread", inbox.unread, name="unread"),
    path("read-all", inbox.read_all, name="read_all"),
    path("<int:pk>/", inbox.detail, name="notice"),
    path("settings/", preferences.index, name="preferences"),
    path("settings/kinds", preferences.save_kinds, name="save_kinds"),
    path("settings/hours", preferences.save_hours, name="save_hours"),
    path("settings/addresses", preferences.save_addresses, name="save_addresses"),
]
