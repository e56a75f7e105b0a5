"""The addresses of custody."""

from __future__ import annotations

from django.urls import path

from kefu.platform.custody.web import holds, inventory, requests, retention

app_name = "custody"
urlpatterns = [
    path("privacy/registry/", inventory.registry, name="registry"),
    path("privacy/requests/", requests.requests, name="requests"),
    path("privacy/requests/new/", requests.new, name="new"),
    path("privacy/requests/<int:request_id>/", requests.request_page, name="request"),
    path("privacy/requests/<int:request_id>/execute/", requests.execute, name="execute"),
    path("privacy/requests/<int:request_id>/refuse/", requests.refuse, name="refuse"),
    path("privacy/requests/<int:request_id>/withdraw/", requests.withdraw, name="withdraw"),
    path("privacy/holds/", holds.holds, name="holds"),
    path("privacy/holds/new/", holds.new, name="new_hold"),
    path("privacy/holds/<int:hold_id>/lift/", holds.lift, name="lift_hold"),
    path("privacy/retention/", retention.retention, name="retention"),
    path("privacy/retention/run/", retention.run, name="run_retention"),
]
