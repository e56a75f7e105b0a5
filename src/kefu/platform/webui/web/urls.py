"""The addresses of the shell's own pages."""

from __future__ import annotations

from django.urls import path

from kefu.platform.webui.web import finding, home, kit, offline, preferences

app_name = "webui"
urlpatterns = [
    path("", home.home, name="home"),
    path("ui/find/", finding.find, name="find"),
    path("ui/offline/", offline.page, name="offline"),
    path("ui/worker.js", offline.worker, name="worker"),
    path("ui/language/", preferences.language, name="language"),
    path("ui-kit/", kit.kit, name="kit"),
]
