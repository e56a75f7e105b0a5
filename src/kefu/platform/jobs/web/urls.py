"""``/jobs/``."""

from __future__ import annotations

from django.urls import path

from kefu.platform.jobs.web import views

app_name = "jobs"
urlpatterns = [
    path("", views.index, name="jobs"),
    path("<uuid:uid>/", views.detail, name="job"),
    path("<uuid:uid>/cancel", views.cancel, name="cancel"),
    path("<uuid:uid>/retry", views.retry, name="retry"),
]
