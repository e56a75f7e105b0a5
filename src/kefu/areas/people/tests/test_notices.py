"""Given people and messages, when something happens to them, then those whom it concerns find it in their inbox."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kefu.areas.people import services as people
from kefu.areas.people.choices import LeadKind
from kefu.areas.people.tests.factories import HIRED, SmallCentre, make_centre, make_employee
from kefu.kernel.actor import Actor
from kefu.platform.access.models import User
from kefu.platform.access.queries import responsible_users
from kefu.platform.delivery.choices import Channel
from kefu.platform.delivery.events import EndpointPaused, MessageFailed, MessageInDoubt
from kefu.platform.notify.models import Notice
from kefu.platform.outbox.models import Delivery
from kefu.platform.outbox.services import publish
from kefu.platform.outbox.testing import drain
from kefu.platform.webui.testing.people import user_with

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(time_machine: object) -> None:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]


@pytest.fixture
def centre() -> SmallCentre:
    made = make_centre()
    for unit, name in ((made.team1, "一组长"), (made.team2, "二组长")):
        account = User.objects.create(username=name, display_name=name)
        leader = make_employee(unit, name, user=account)
        people.appoint(actor=SYSTEM, unit=unit, employee=leader, kind=LeadKind.LEADER, starts_on=HIRED)
    drain()
    Notice.objects.all().delete()
    return made


def inboxes() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for notice in Notice.objects.select_related("user").order_by("id"):
        found.setdefault(notice.user.username, []).append(notice.title_text)
    return found


def test_a_transfer_is_told_to_both_leaders_and_to_the_person(centre: SmallCentre) -> None:
    account = User.objects.create(username="张伟", display_name="张伟")
    person = make_employee(centre.team1, user=account)
    drain()
    people.transfer_employee(actor=SYSTEM, employee=person, unit=centre.team2, starts_on=date(2026, 11, 23))
    drain()
    text = "2026-11-23 起，有人从“一组”调入“二组”"
    assert inboxes() == {"一组长": [text], "二组长": [text], "张伟": ["2026-11-23 起，您从“一组”调入“二组”"]}
    assert {notice.url for notice in Notice.objects.all()} == {"", f"/people/employees/{person.number}/"}
    for delivery in Delivery.objects.all():
        delivery.state = "waiting"
        delivery.save()
    drain()
    assert Notice.objects.count() == 3


def test_coming_and_going_is_told_to_the_leader_while_it_is_news(centre: SmallCentre) -> None:
    fresh = make_employee(centre.team1, hired_on=date(2026, 11, 23))
    make_employee(centre.team1, "旧人", hired_on=date(2026, 3, 1))
    drain()
    people.record_leaving(actor=SYSTEM, employee=fresh, left_on=date(2026, 12, 31))
    drain()
    assert inboxes() == {
        "一组长": [
            "2026-11-23 起，有新人加入“一组”，请安排带教和登录账号",
            "“一组”有人离职，最后工作日 2026-12-31，请安排交接",
        ]
    }


def test_what_did_not_get_out_is_told_to_administrators(time_machine: object) -> None:
    admin = user_with("admin")
    user_with("agent")
    assert responsible_users("role:admin") == (admin.pk,)
    publish(MessageInDoubt(message_id=7, channel=Channel.MAIL, origin=""))
    publish(MessageFailed(message_id=8, channel=Channel.MAIL, origin=""))
    publish(MessageFailed(message_id=9, channel=Channel.MAIL, origin=""))
    publish(EndpointPaused(endpoint_id=3, failed_in_a_row=20))
    drain()
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)  # type: ignore[attr-defined]
    publish(MessageFailed(message_id=10, channel=Channel.MAIL, origin=""))
    drain()
    assert inboxes() == {
        admin.username: [
            "有一条消息不知道是否送达，请核实后处理",
            "有邮件没有发出去",
            "一个推送地址连续失败 20 次，已自动暂停",
            "有邮件没有发出去",
        ]
    }
    assert Notice.objects.order_by("id")[0].url == "/delivery/messages/7/"
