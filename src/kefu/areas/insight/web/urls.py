"""Addresses of insight."""

from __future__ import annotations

from django.urls import path

from kefu.areas.insight.web import reports, wall

app_name = "insight"
urlpatterns = [
    path("wall/", wall.board, name="wall"),
    path("wall/full/", wall.full, name="wall_full"),
    path("reports/interval/", reports.interval, name="interval"),
    path("reports/agents/", reports.agents, name="agents"),
    path("reports/explore/", reports.explore, name="explore"),
]
