"""The addresses of the people room."""

from __future__ import annotations

from django.urls import path

from kefu.areas.people.web import agents, employees, units

app_name = "people"
urlpatterns = [
    path("units/", units.tree, name="units"),
    path("units/new/", units.create, name="unit_new"),
    path("units/<int:pk>/", units.detail, name="unit"),
    path("units/<int:pk>/edit/", units.edit, name="unit_edit"),
    path("units/<int:pk>/move/", units.move, name="unit_move"),
    path("units/<int:pk>/leader/", units.appoint, name="unit_appoint"),
    path("units/<int:pk>/leader/<int:leadership>/end/", units.dismiss, name="unit_dismiss"),
    path("units/<int:pk>/close/", units.close, name="unit_close"),
    path("employees/", employees.listing, name="employees"),
    path("employees/new/", employees.create, name="employee_new"),
    path("employees/<str:number>/", employees.detail, name="employee"),
    path("employees/<str:number>/edit/", employees.edit, name="employee_edit"),
    path("employees/<str:number>/transfer/", employees.transfer, name="employee_transfer"),
    path("employees/<str:number>/leave/", employees.leave, name="employee_leave"),
    path("agents/", agents.listing, name="agents"),
    path("agents/<int:pk>/", agents.edit, name="agent"),
    path("agents/<int:pk>/state/", agents.set_state, name="agent_state"),
]
