"""The checklist: computed from the data, closed and opened, shown to whoever may."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from kefu.kernel.actor import Actor
from kefu.platform.access.models import User
from kefu.platform.webui.checklist import STEPS, steps_for
from kefu.platform.webui.menu import items_for
from kefu.platform.webui.testing.people import session_cookie, user_with
from kefu.site.setup import queries, services
from kefu.site.setup.models import Checklist

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


@pytest.fixture(autouse=True)
def _look_again() -> None:
    queries.forget()


def signed_in(client: Client, role: str) -> User:
    user = user_with(role)
    cookie = session_cookie(user)
    client.cookies[cookie["name"]] = cookie["value"]
    return user


def test_the_steps_stand_in_the_order_in_which_a_centre_is_set_up() -> None:
    assert [each.step.code for each in steps_for(SYSTEM)] == [
        "people.units", "calendars.hours", "people.employees", "calls.source", "calls.queues", "people.agents",
        "people.accounts", "delivery.channels", "setup.backup",
    ]  # fmt: skip


def test_an_empty_installation_lacks_everything(client: Client) -> None:
    signed_in(client, "admin")
    states = {each.step.code: each.state for each in steps_for(SYSTEM)}
    assert states == {
        "people.units": "missing",
        "calendars.hours": "missing",
        "people.employees": "missing",
        "calls.source": "missing",
        "calls.queues": "waiting",
        "people.agents": "waiting",
        "people.accounts": "missing",
        "delivery.channels": "optional",
        "setup.backup": "optional",
    }
    page = client.get(reverse("setup:checklist")).content.decode()
    assert "已完成 0 / 7 项必要设置" in page
    for step in STEPS:
        assert client.get(reverse("setup:step", args=[step.code])).status_code == 200


def test_closing_and_opening_moves_it_in_the_menu(client: Client) -> None:
    user = signed_in(client, "admin")
    services.open_checklist(actor=SYSTEM)
    assert items_for(user.as_actor())[0].code == "setup.checklist"
    client.post(reverse("setup:close"))
    codes = [item.code for item in items_for(user.as_actor())]
    assert "setup.checklist" not in codes
    assert "setup.again" in codes
    client.post(reverse("setup:reopen"))
    assert items_for(user.as_actor())[0].code == "setup.checklist"


@pytest.mark.parametrize("role", ["agent", "leader", "manager", "auditor"])
def test_others_are_refused_and_change_nothing(client: Client, role: str) -> None:
    services.open_checklist(actor=SYSTEM)
    signed_in(client, role)
    assert client.get(reverse("setup:checklist")).status_code == 403
    assert client.post(reverse("setup:close")).status_code == 403
    assert Checklist.objects.get().closed_at is None
