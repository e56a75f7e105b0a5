"""Units and people change; the past stays as it was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kefu.areas.people import queries, services
from kefu.areas.people.models import Agent, Employee, Leadership, Membership, Unit
from kefu.areas.people.tests.factories import FOUNDED, SYSTEM, make_agent, make_centre, make_employee
from kefu.kernel.errors import Conflict, InvalidInput, RuleBroken
from kefu.platform.access.queries import subtree_ids
from kefu.platform.access.services.tree import today
from kefu.platform.access.tests.factories import make_user
from kefu.platform.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def test_units_are_scope_nodes() -> None:
    c = make_centre()
    assert subtree_ids([c.east.pk]) == {c.east.pk, c.team1.pk, c.team2.pk}
    assert c.team1.node.name == "一组"
    assert c.team1.node.kind == "team"


@pytest.mark.parametrize(
    ("code", "name", "field"),
    [("", "四组", "code"), ("四", "四组", "code"), ("t4", " ", "name"), ("t1", "四组", "code")],
)
def test_a_bad_unit_is_refused_and_nothing_is_left(code: str, name: str, field: str) -> None:
    c = make_centre()
    with pytest.raises(InvalidInput) as caught:
        services.create_unit(actor=SYSTEM, kind="team", code=code, name=name, parent=c.east)
    assert caught.value.field == field
    assert Unit.objects.count() == 6


def test_renaming_renames_the_node() -> None:
    c = make_centre()
    services.update_unit(actor=SYSTEM, unit=c.team1, name="先锋组")
    c.team1.node.refresh_from_db()
    assert c.team1.node.name == "先锋组"
    assert Unit.objects.get(pk=c.team1.pk).name_key == "xian feng zu"


def test_moving_a_unit_keeps_where_it_stood() -> None:
    c = make_centre()
    services.move_unit(actor=SYSTEM, unit=c.team1, parent=c.west, starts_on=APRIL)
    assert subtree_ids([c.west.pk]) == {c.west.pk, c.team1.pk, c.team3.pk}
    assert queries.parents_of(c.team1) == [(APRIL, None, "城西职场"), (FOUNDED, APRIL, "城东职场")]
    before = {b.unit.code: [x.unit.code for x in b.branches] for b in queries.unit_tree(SYSTEM, MARCH)[0].walk()}
    after = {b.unit.code: [x.unit.code for x in b.branches] for b in queries.unit_tree(SYSTEM, APRIL)[0].walk()}
    assert before["east"] == ["t1", "t2"]
    assert after["east"] == ["t2"]
    assert after["west"] == ["t1", "t3"]


def test_a_unit_cannot_stand_under_itself() -> None:
    c = make_centre()
    with pytest.raises(InvalidInput):
        services.move_unit(actor=SYSTEM, unit=c.east, parent=c.team1)
    assert Unit.objects.get(pk=c.east.pk).parent_id == c.centre.pk


def test_a_unit_with_people_is_not_closed() -> None:
    c = make_centre()
    someone = make_employee(c.team1)
    with pytest.raises(RuleBroken):
        services.close_unit(actor=SYSTEM, unit=c.team1)
    services.transfer_employee(actor=SYSTEM, employee=someone, unit=c.team2)
    closed = services.close_unit(actor=SYSTEM, unit=c.team1)
    assert closed.ends_on == today()
    assert not closed.node.is_active
    with pytest.raises(InvalidInput):
        services.transfer_employee(actor=SYSTEM, employee=someone, unit=closed)


def test_who_led_the_team_on_the_first_of_march() -> None:
    c = make_centre()
    first, second = make_employee(c.team3, "李雷"), make_employee(c.team3, "韩梅")
    services.appoint(actor=SYSTEM, unit=c.team3, employee=first, starts_on=date(2026, 2, 1))
    services.appoint(actor=SYSTEM, unit=c.team3, employee=second, starts_on=APRIL)
    assert queries.leader_on(c.team3.pk, MARCH) == first
    assert queries.leader_on(c.team3.pk, APRIL) == second
    assert queries.leader_on(c.team3.pk, date(2026, 1, 31)) is None


def test_who_was_in_the_team_on_the_first_of_march() -> None:
    c = make_centre()
    mover, stayer = make_employee(c.team1, "张伟"), make_employee(c.team1, "安妮")
    services.transfer_employee(actor=SYSTEM, employee=mover, unit=c.team3, starts_on=APRIL)
    assert queries.members_on(c.team1.pk, MARCH) == [stayer, mover]
    assert queries.members_on(c.team1.pk, APRIL) == [stayer]
    assert queries.members_on(c.team3.pk, APRIL) == [mover]
    agent = make_agent("Agent/1", mover)
    loose = make_agent("Agent/2")
    assert queries.team_on([agent.pk, loose.pk], MARCH) == {agent.pk: c.team1.pk, loose.pk: None}
    assert queries.team_on([agent.pk], APRIL) == {agent.pk: c.team3.pk}
    assert queries.team_history([agent.pk]) == {
        agent.pk: [(date(2026, 1, 5), APRIL, c.team1.pk), (APRIL, None, c.team3.pk)]
    }


def test_the_account_follows_its_owner() -> None:
    c = make_centre()
    user = make_user()
    someone = make_employee(c.team1, user=user)
    user.refresh_from_db()
    assert user.home_node_id == c.team1.pk
    services.transfer_employee(actor=SYSTEM, employee=someone, unit=c.team3)
    user.refresh_from_db()
    assert user.home_node_id == c.team3.pk
    assert queries.node_of_user(user.pk) == c.team3.pk


def test_a_number_is_given_once() -> None:
    c = make_centre()
    make_employee(c.team1, number="K1")
    with pytest.raises(InvalidInput) as caught:
        make_employee(c.team2, number="K1")
    assert caught.value.field == "number"
    assert Employee.objects.count() == 1


@pytest.mark.parametrize("day", [date(2026, 1, 1), MARCH])
def test_a_transfer_into_the_middle_of_history_is_refused(day: date) -> None:
    c = make_centre()
    someone = make_employee(c.team1)
    services.transfer_employee(actor=SYSTEM, employee=someone, unit=c.team2, starts_on=APRIL)
    with pytest.raises((Conflict, InvalidInput)):
        services.transfer_employee(actor=SYSTEM, employee=someone, unit=c.team3, starts_on=day)
    assert list(Membership.objects.filter(employee=someone).values_list("unit_id", flat=True)) == [
        c.team1.pk,
        c.team2.pk,
    ]


def test_leaving_ends_everything_but_the_past() -> None:
    c = make_centre()
    user = make_user()
    someone = make_employee(c.team1, user=user)
    services.appoint(actor=SYSTEM, unit=c.team1, employee=someone, starts_on=MARCH)
    yesterday = today() - timedelta(days=1)
    services.record_leaving(actor=SYSTEM, employee=someone, left_on=yesterday)
    user.refresh_from_db()
    assert not user.is_active
    assert queries.members_on(c.team1.pk, yesterday) == [someone]
    assert queries.members_on(c.team1.pk, today()) == []
    assert Leadership.objects.get().ends_on == today()
    with pytest.raises(Conflict):
        services.transfer_employee(actor=SYSTEM, employee=someone, unit=c.team2)


def test_what_is_planned_comes_into_force_on_its_day() -> None:
    c = make_centre()
    user = make_user()
    someone, leaver = make_employee(c.team1, user=make_user()), make_employee(c.team1, "李雷", user=user)
    soon = today() + timedelta(days=3)
    services.transfer_employee(actor=SYSTEM, employee=someone, unit=c.team3, starts_on=soon)
    services.record_leaving(actor=SYSTEM, employee=leaver, left_on=soon)
    services.move_unit(actor=SYSTEM, unit=c.team2, parent=c.west, starts_on=soon)
    assert services.bring_up_to_date(today()) == 0
    assert Employee.objects.get(pk=someone.pk).unit == c.team1
    assert services.bring_up_to_date(soon + timedelta(days=1)) > 0
    assert Employee.objects.get(pk=someone.pk).unit == c.team3
    assert Unit.objects.get(pk=c.team2.pk).parent == c.west
    user.refresh_from_db()
    assert not user.is_active
    assert services.bring_up_to_date(soon + timedelta(days=1)) == 0


def test_agents_appear_once_however_often_they_are_named() -> None:
    first = services.ensure_agents(["Agent/1", "Agent/2", ""])
    again = services.ensure_agents(["Agent/2", "Agent/3"])
    assert set(first) == {"Agent/1", "Agent/2"}
    assert again["Agent/2"] == first["Agent/2"]
    assert Agent.objects.count() == 3


def test_an_agent_bears_the_name_of_its_owner() -> None:
    c = make_centre()
    agent = make_agent("Agent/1", make_employee(c.team1, "张伟", number="K7"))
    loose = make_agent("Agent/2")
    people = queries.agents_by_id([agent.pk, loose.pk])
    assert (people[agent.pk].name, people[agent.pk].number, people[agent.pk].node_id) == ("张伟", "K7", c.team1.pk)
    assert (people[loose.pk].name, people[loose.pk].node_id) == ("Agent/2", None)


def test_every_write_is_in_the_audit_without_personal_values() -> None:
    c = make_centre()
    someone = make_employee(c.team1, "欧阳娜娜")
    services.update_employee(actor=SYSTEM, employee=someone, name="欧阳娜")
    services.transfer_employee(actor=SYSTEM, employee=someone, unit=c.team2)
    agent = make_agent("Agent/1", someone)
    services.set_agent_active(actor=SYSTEM, agent=agent, is_active=False)
    services.record_leaving(actor=SYSTEM, employee=someone)
    actions = list(
        AuditEntry.objects.filter(action__startswith="people.").order_by("id").values_list("action", flat=True)
    )
    assert actions[6:] == [
        "people.employee:create", "people.employee:update", "people.employee:transfer", "people.agent:link",
        "people.agent:retire", "people.employee:leave",
    ]  # fmt: skip
    assert not any("欧阳" in str(entry.before) + str(entry.after) for entry in AuditEntry.objects.all())
