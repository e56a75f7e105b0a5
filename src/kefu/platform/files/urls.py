"""``/files/``."""

from __future__ import annotations

from django.urls import path

from kefu.platform.files.web import download

app_name = "files"
urlpatterns = [path("<uuid:uid>", download, name="download")]
