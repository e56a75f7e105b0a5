"""Home pages: every role that exists gets one, in a constant number of statements, with what waits for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kefu.areas.insight import services
from kefu.areas.insight.models import Alert, AlertRule
from kefu.areas.insight.tests.test_alert_services import GIVEN, play
from kefu.areas.insight.tests.test_queries import SYSTEM
from kefu.areas.insight.tests.test_web import client_of
from kefu.kernel import clock
from kefu.platform.access.registry import BUILTIN_ROLES
from kefu.platform.tasks import services as tasks
from kefu.platform.webui.testing import people

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [role.code for role in BUILTIN_ROLES])
def test_every_role_has_a_home(role: str) -> None:
    answer = client_of(role).get("/", follow=True)
    assert answer.status_code == 200


def test_what_waits_leads_to_its_rows_and_nothing_waits_says_so() -> None:
    client = client_of("manager")
    assert "没有等您处理的事" in client.get("/").content.decode()
    AlertRule.objects.all().delete()
    services.save_rule(actor=SYSTEM, given=GIVEN, code="waiting", is_new=True)
    play([20] * 5, timezone.now() - timedelta(minutes=6))
    user = people.user_with("manager")
    tasks.open_task(actor=SYSTEM, kind="tasks.manual", title="回访", owner_id=user.pk)
    page = client.get("/").content.decode()
    assert "未确认的告警" in page
    assert "/alerts/?view=open" in page
    assert "待办任务" in page


def test_the_number_of_statements_does_not_grow_with_what_waits() -> None:
    client, user = client_of("manager"), people.user_with("manager")
    client.get("/")

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/").status_code == 200
        return len(seen)

    tasks.open_task(actor=SYSTEM, kind="tasks.manual", title="一", owner_id=user.pk)
    before: Any = statements()
    for number in range(12):
        tasks.open_task(actor=SYSTEM, kind="tasks.manual", title=f"任务 {number}", owner_id=user.pk)
    rule = services.save_rule(actor=SYSTEM, given=GIVEN, code="more", is_new=True)
    for key in range(10):
        Alert.objects.create(number=f"A-{key}", rule=rule, key=key, severity="notice", fired_at=clock.now())
    assert statements() == before
