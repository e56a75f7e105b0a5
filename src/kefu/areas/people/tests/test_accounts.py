"""Accounts for many employees at once."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.urls import reverse

from kefu.areas.people import services
from kefu.areas.people.models import Employee
from kefu.areas.people.queries import arranging
from kefu.areas.people.tests.factories import SYSTEM, make_agent, make_centre, make_employee
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.models import Assignment, Role, User
from kefu.platform.access.services.tree import today
from kefu.platform.webui.testing.people import session_cookie, user_with

pytestmark = pytest.mark.django_db


def signed_in(client: Client, role: str) -> User:
    user = user_with(role)
    cookie = session_cookie(user)
    client.cookies[cookie["name"]] = cookie["value"]
    return user


def agent_role() -> Role:
    return Role.objects.get(code="agent")


def test_leaders_lead_and_the_others_get_the_chosen_role() -> None:
    centre = make_centre()
    leader, member = (
        make_employee(centre.team1, "欧阳雪", number="K1"),
        make_employee(centre.team1, "成员", number="K2"),
    )
    services.appoint(actor=SYSTEM, unit=centre.team1, employee=leader, starts_on=today())
    opened = services.open_accounts(actor=SYSTEM, employees=[leader, member], role=agent_role())
    assert [each.username for each in opened] == ["K1", "K2"]
    given = {(a.user.username, a.role.code, a.node_id) for a in Assignment.objects.select_related("user", "role")}
    assert given == {("K1", "leader", centre.team1.pk), ("K2", "agent", None)}
    for each in opened:
        user = User.objects.get(username=each.username)
        assert check_password(each.password, user.password)
        assert user.must_change_password
        assert user.home_node_id == centre.team1.pk
        assert Employee.objects.get(number=each.username).user_id == user.pk


def test_a_taken_name_opens_nothing() -> None:
    centre = make_centre()
    people = [make_employee(centre.team1, "甲", number="K1"), make_employee(centre.team1, "乙", number="k2")]
    User.objects.create(username="K2", display_name="别人")
    with pytest.raises(InvalidInput, match="K2"):
        services.open_accounts(actor=SYSTEM, employees=people, role=agent_role())
    assert User.objects.count() == 1


def test_the_page_shows_the_passwords_once(client: Client) -> None:
    centre = make_centre()
    person = make_employee(centre.team1, "成员", number="K2")
    signed_in(client, "admin")
    page = client.get(reverse("people:accounts"))
    assert "成员" in page.content.decode()
    answer = client.post(reverse("people:accounts"), {"employee": [person.pk], "role": "agent"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "K2" in text
    assert 'href="data:text/csv' in text
    assert "no-store" in answer["Cache-Control"]
    assert User.objects.filter(username="K2").exists()
    # again: the person is not offered any more, and a repeated request opens nothing
    assert client.post(reverse("people:accounts"), {"employee": [person.pk], "role": "agent"}).status_code == 422


@pytest.mark.parametrize("role", ["agent", "leader", "shift_manager", "auditor"])
def test_others_are_refused_and_nothing_changes(client: Client, role: str) -> None:
    person = make_employee(make_centre().team1, "成员", number="K2")
    signed_in(client, role)
    assert client.post(reverse("people:accounts"), {"employee": [person.pk], "role": "agent"}).status_code == 403
    assert client.post(reverse("people:accounts_roles")).status_code == 403
    assert client.post(reverse("people:agent_matching"), {"agent": ["1"]}).status_code in {403, 422}
    assert not User.objects.filter(username="K2").exists()


def test_leaders_who_have_an_account_but_no_role_get_it() -> None:
    centre = make_centre()
    leader = make_employee(centre.team1, "欧阳雪", number="K1")
    services.open_accounts(actor=SYSTEM, employees=[leader], role=None)
    services.appoint(actor=SYSTEM, unit=centre.team1, employee=leader, starts_on=today())
    assert [row.employee_id for row in arranging.leaders_without_role(today())] == [leader.pk]
    assert services.give_leaders_their_role(actor=SYSTEM) == 1
    assert arranging.leaders_without_role(today()) == []
    assert services.give_leaders_their_role(actor=SYSTEM) == 0


def test_suggested_logins_are_accepted_at_once(client: Client) -> None:
    centre = make_centre()
    person = make_employee(centre.team1, "成员", number="K2001")
    known, unknown = make_agent("Agent/2001", None), make_agent("Agent/9", None)
    signed_in(client, "admin")
    assert "K2001" in client.get(reverse("people:agent_matching")).content.decode()
    answer = client.post(reverse("people:agent_matching"), {"agent": [known.pk], f"owner-{known.pk}": "k2001"})
    assert answer.status_code == 302
    known.refresh_from_db()
    unknown.refresh_from_db()
    assert (known.employee_id, unknown.employee_id) == (person.pk, None)
    refused = client.post(reverse("people:agent_matching"), {"agent": [unknown.pk], f"owner-{unknown.pk}": "K0"})
    assert refused.status_code == 422
    unknown.refresh_from_db()
    assert unknown.employee_id is None
