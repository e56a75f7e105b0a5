"""Addresses of insight."""

from __future__ import annotations

from django.urls import path

from kefu.areas.insight.web import alert_rules, alerts, reports, wall

app_name = "insight"
urlpatterns = [
    path("wall/", wall.board, name="wall"),
    path("wall/full/", wall.full, name="wall_full"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/panel/", alerts.panel, name="alert_panel"),
    path("alerts/rules/", alert_rules.rules, name="alert_rules"),
    path("alerts/rules/new/", alert_rules.new, name="alert_rule_new"),
    path("alerts/rules/<slug:code>/", alert_rules.rule, name="alert_rule"),
    path("alerts/rules/<slug:code>/switch/", alert_rules.switch, name="alert_rule_switch"),
    path("alerts/<str:number>/", alerts.detail, name="alert"),
    path("alerts/<str:number>/<slug:verb>/", alerts.act, name="alert_act"),
    path("reports/interval/", reports.interval, name="interval"),
    path("reports/agents/", reports.agents, name="agents"),
    path("reports/explore/", reports.explore, name="explore"),
]
