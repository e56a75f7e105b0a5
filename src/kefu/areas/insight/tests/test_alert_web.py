"""The pages and routes of alerts: shown, refused, acted upon."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kefu.areas.insight import services
from kefu.areas.insight.models import Alert, AlertRule
from kefu.areas.insight.tests.test_alert_services import GIVEN, play
from kefu.areas.insight.tests.test_queries import SYSTEM
from kefu.areas.insight.tests.test_web import client_of

pytestmark = pytest.mark.django_db
FORM = {
    "name": "放弃", "code": "lost", "metric": "waiting", "dimension": "", "members": "", "condition": "above",
    "limit": "12", "clear_at": "6", "sensitivity": "4", "least_days": "5", "window_minutes": "30", "minimum_n": "0",
    "hold_minutes": "2", "clear_minutes": "5", "calendar": "", "severity": "notice", "recipients": ["role:manager"],
}  # fmt: skip


@pytest.fixture
def alert(db: Any) -> Alert:
    """One that stands now."""
    AlertRule.objects.all().delete()
    services.save_rule(actor=SYSTEM, given=GIVEN, code="waiting", is_new=True)
    play([20] * 5, timezone.now() - timedelta(minutes=6))
    return Alert.objects.get()


def test_list_detail_panel_and_rules_open_for_the_manager_and_not_for_agents(alert: Alert) -> None:
    manager, agent = client_of("manager"), client_of("agent")
    for path in ("/alerts/", "/alerts/panel/", f"/alerts/{alert.number}/", "/alerts/rules/", "/alerts/rules/waiting/",
                 "/alerts/rules/new/?metric=waiting", "/alerts/rules/waiting/?try=1", "/wall/"):  # fmt: skip
        assert manager.get(path).status_code == 200, path
        assert agent.get(path).status_code == 403, path


def test_acknowledging_on_the_page_and_over_http(alert: Alert) -> None:
    client = client_of("manager")
    listed = client.get("/api/v1/alerts?state=open").json()["items"]
    assert [row["number"] for row in listed] == [alert.number]
    answer = client.post(f"/alerts/{alert.number}/acknowledge/", {"acknowledge-note": "在看"})
    assert answer.status_code in (204, 302)
    alert.refresh_from_db()
    assert (alert.state, alert.note) == ("acknowledged", "在看")
    assert client.post(f"/alerts/{alert.number}/snooze/", {"snooze-until": ""}).status_code == 422
    assert client.post(f"/alerts/{alert.number}/explode/").status_code == 404


def test_a_rule_is_tried_then_saved_and_faults_come_back(alert: Alert) -> None:
    client = client_of("manager")
    tried = client.post("/alerts/rules/new/", {**FORM, "try": "1"})
    assert tried.status_code == 200
    assert not AlertRule.objects.filter(code="lost").exists()
    assert client.post("/alerts/rules/new/", {**FORM, "clear_at": "99"}).status_code == 422
    assert client.post("/alerts/rules/new/", FORM).status_code == 302
    assert AlertRule.objects.get(code="lost").limit == 12
    assert client.post("/alerts/rules/lost/switch/", {"on": "0"}).status_code == 302
    assert not AlertRule.objects.get(code="lost").is_active


def test_whoever_may_only_read_a_rule_does_not_change_it(alert: Alert) -> None:
    auditor = client_of("auditor")
    assert auditor.get("/alerts/rules/waiting/").status_code == 200
    assert auditor.post("/alerts/rules/waiting/", FORM).status_code == 403
    assert AlertRule.objects.get(code="waiting").limit == 10
