"""The addresses of set-up."""

from __future__ import annotations

from django.urls import path

from kefu.site.setup.web import views

app_name = "setup"
urlpatterns = [
    path("", views.checklist, name="checklist"),
    path("claim/", views.claim, name="claim"),
    path("steps/<str:code>/", views.step, name="step"),
    path("close/", views.close, name="close"),
    path("reopen/", views.reopen, name="reopen"),
]
