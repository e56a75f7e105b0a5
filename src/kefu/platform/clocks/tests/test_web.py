"""Given the pages of clocks, when people use them, then they see their own and steer what they may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from kefu.kernel import clock as time
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.models import User
from kefu.platform.clocks import services, wording
from kefu.platform.clocks.choices import ClockStatus
from kefu.platform.clocks.models import Clock, PolicyVersion
from kefu.platform.clocks.rules import Level, Terms
from kefu.platform.clocks.tests.factories import HOUR, Staff
from kefu.platform.webui.testing.people import user_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("declared", "staff")]


def signed_in(client: Client, role: str) -> User:
    user = user_with(role)
    client.force_login(user)
    return user


def begin(owner: User, origin: str = "x:1") -> Clock:
    start = time.now() - timedelta(days=20)
    return services.start(kind="sample.approval", origin=origin, title=f"事项{origin}", owner_id=owner.pk, at=start)


def test_one_sees_own_clocks_and_steers_none(client: Client, staff: Staff) -> None:
    agent = signed_in(client, "agent")
    mine, other = begin(agent), begin(staff.leader, "x:2")
    text = client.get("/clocks/").content.decode()
    assert "事项x:1" in text
    assert "事项x:2" not in text
    assert client.get(f"/clocks/{other.pk}/").status_code == 404
    text = client.get(f"/clocks/{mine.pk}/").content.decode()
    assert "为什么是这个到期时间" in text
    assert "暂停计时" not in text
    assert client.post(f"/clocks/{mine.pk}/pause", {"pause-reason": "x"}).status_code == 403
    mine.refresh_from_db()
    assert mine.status == ClockStatus.RUNNING
    assert client.get("/clocks/policies/").status_code == 403


def test_a_manager_pauses_resumes_adjusts_and_cancels(client: Client, staff: Staff) -> None:
    signed_in(client, "manager")
    row = begin(staff.agent)
    assert client.post(f"/clocks/{row.pk}/pause", {"pause-reason": ""}).status_code == 422
    client.post(f"/clocks/{row.pk}/pause", {"pause-reason": "等客户"})
    row.refresh_from_db()
    assert row.status == ClockStatus.PAUSED
    client.post(f"/clocks/{row.pk}/resume")
    assert client.post(f"/clocks/{row.pk}/retarget", {"goal-reason": "x"}).status_code == 422
    assert client.post(f"/clocks/{row.pk}/retarget", {"goal-target": "很久", "goal-reason": "x"}).status_code == 422
    client.post(f"/clocks/{row.pk}/retarget", {"goal-target": "6小时", "goal-reason": "材料多"})
    row.refresh_from_db()
    assert (row.target_seconds, row.round) == (6 * HOUR, 1)
    client.post(f"/clocks/{row.pk}/cancel", {"cancel-reason": "重复"})
    row.refresh_from_db()
    assert row.status == ClockStatus.CANCELLED
    text = client.get(f"/clocks/{row.pk}/").content.decode()
    assert "材料多" in text
    assert "等客户" in text


def test_limits_are_edited_with_history(client: Client) -> None:
    signed_in(client, "manager")
    assert client.get("/clocks/policies/").status_code == 200
    url = "/clocks/policies/sample.approval/"
    assert client.get(url).status_code == 200
    given = {
        "target": "2小时",
        "warn": "60, 90",
        "remind": "",
        "after0": "0m",
        "audience0": "leader",
        "after1": "1h30m",
        "audience1": "role:manager",
        "version": "1",
        "reason": "加快答复",
    }
    assert client.post(url, {**given, "warn": "90, 60"}).status_code == 422
    assert client.post(url, given).status_code == 302
    found = PolicyVersion.objects.latest("version")
    assert found.terms == Terms(2 * HOUR, (60, 90), (), (Level(0, "leader"), Level(5400, "role:manager")))
    assert "加快答复" in client.get(url).content.decode()
    assert client.post(url, given).status_code == 409
    signed_in(client, "leader")
    assert client.post(url, {**given, "version": "2"}).status_code == 403
    assert PolicyVersion.objects.latest("version").version == 2
    assert client.get("/clocks/policies/no.such/").status_code == 404


def test_lengths_are_read_as_people_write_them() -> None:
    assert [wording.read_length(text) for text in ("4小时", "1小时30分钟", "90m", "7天", "1.5h", "0m")] == [
        14400,
        5400,
        5400,
        604800,
        5400,
        0,
    ]
    assert wording.read_length(wording.plain_length(93784)) == 93784
    for text in ("", "四小时", "4", "4小时左右"):
        with pytest.raises(InvalidInput):
            wording.read_length(text)
    assert wording.write_length(5400) == "1 小时 30 分钟"
    with translation.override("en"):
        assert wording.write_length(3600) == "1 hour"
        assert wording.write_length(2 * 86400) == "2 days"
