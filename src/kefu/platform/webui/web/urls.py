"""The addresses of the shell's own pages."""

from __future__ import annotations

from django.urls import path

from kefu.platform.webui.web import kit, preferences

app_name = "webui"
urlpatterns = [
    path("ui/language/", preferences.language, name="language"),
    path("ui-kit/", kit.kit, name="kit"),
]
