"""``/tasks/``."""

from __future__ import annotations

from django.urls import path

from kefu.platform.tasks.web import bulk, views

app_name = "tasks"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("team/", views.team, name="team"),
    path("new/", views.new, name="new"),
    path("bulk/hand-over/", bulk.hand_over, name="bulk_hand_over"),
    path("bulk/<slug:verb>", bulk.act, name="bulk"),
    path("<str:number>/", views.detail, name="task"),
    path("<str:number>/file", views.add_file, name="add_file"),
    path("<str:number>/<slug:verb>", views.act, name="act"),
]
