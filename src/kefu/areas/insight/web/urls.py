"""Addresses of insight."""

from __future__ import annotations

from django.urls import path

from kefu.areas.insight.web import alert_rules, alerts, made_reports, report_plans, reports, wall

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
    path("made-reports/", made_reports.index, name="made_reports"),
    path("made-reports/plans/", report_plans.index, name="report_plans"),
    path("made-reports/plans/new/", report_plans.new, name="report_plan_new"),
    path("made-reports/plans/<uuid:uid>/", report_plans.detail, name="report_plan"),
    path("made-reports/plans/<uuid:uid>/make/", report_plans.make, name="report_plan_make"),
    path("made-reports/<uuid:uid>/", made_reports.detail, name="made_report"),
    path("made-reports/<uuid:uid>/comments/", made_reports.comments, name="made_report_comments"),
    path("made-reports/<uuid:uid>/review/", made_reports.review, name="made_report_review"),
    path("made-reports/<uuid:uid>/send/", made_reports.send, name="made_report_send"),
    path("made-reports/<uuid:uid>/archive/", made_reports.archive, name="made_report_archive"),
    path("made-reports/<uuid:uid>/correct/", made_reports.correct, name="made_report_correct"),
    path("made-reports/<uuid:uid>/pdf/", made_reports.pdf, name="made_report_pdf"),
    path("made-reports/<uuid:uid>/xlsx/", made_reports.xlsx, name="made_report_xlsx"),
    path("reports/interval/", reports.interval, name="interval"),
    path("reports/agents/", reports.agents, name="agents"),
    path("reports/explore/", reports.explore, name="explore"),
]
