"""The catalogue, who holds which post since when, and what the standard brings."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kefu.areas.people import queries, services
from kefu.areas.people.models import Employee, Post, PostHolding, PostSkill, Skill
from kefu.areas.people.tests.factories import HIRED, SYSTEM, make_centre, make_employee
from kefu.kernel.errors import Conflict, InvalidInput, RuleBroken
from kefu.platform.access.services.tree import today

pytestmark = pytest.mark.django_db
APRIL = date(2026, 4, 1)


def post(code: str) -> Post:
    return Post.objects.get(code=code)


def test_every_centre_begins_with_the_posts_of_the_handbook() -> None:
    names = set(Post.objects.values_list("name", flat=True))
    assert {
        "呼叫中心经理", "值班经理", "运营分析", "质检员", "业务组长", "副组长", "学习员", "培训师", "排班专员", "知识主管",
        "客户经理", "技术支持专员", "客户关系专员", "数据分析师", "客服代表", "库管", "账管", "配送支撑",
    } <= names  # fmt: skip
    leader = post("team-leader")
    assert leader.superior == post("shift-manager")
    for text in (leader.duties, leader.authority, leader.standards, leader.measures):
        assert len(text.splitlines()) >= 3
    assert PostSkill.objects.filter(post=leader, skill__code="coaching").get().level == 3


def test_what_a_centre_has_changed_stays() -> None:
    services.save_post(actor=SYSTEM, post=post("agent"), name="话务员", category="agent", duties="接听来电")
    services.set_post_active(actor=SYSTEM, post=post("learner"), is_active=False)
    assert services.install_standard() == 0
    assert (post("agent").name, post("learner").is_active) == ("话务员", False)


def test_a_post_is_held_since_a_day() -> None:
    c = make_centre()
    someone = make_employee(c.team1)
    services.assign_post(actor=SYSTEM, employee=someone, post=post("team-leader"), starts_on=APRIL)
    someone.refresh_from_db()
    assert someone.post == post("team-leader")
    assert queries.posts_on([someone.pk], date(2026, 3, 31)) == {someone.pk: post("agent").pk}
    assert queries.posts_on([someone.pk], APRIL) == {someone.pk: post("team-leader").pk}
    assert [(row.post.code, row.ends_on) for row in queries.post_history(someone)] == [
        ("team-leader", None),
        ("agent", APRIL),
    ]


@pytest.mark.parametrize(
    ("day", "code", "error"),
    [(date(2026, 1, 1), "quality", InvalidInput), (date(2026, 2, 1), "quality", Conflict), (APRIL, "team-leader", Conflict)],
)  # fmt: skip
def test_a_change_into_the_middle_of_history_is_refused(day: date, code: str, error: type[Exception]) -> None:
    c = make_centre()
    someone = make_employee(c.team1)
    services.assign_post(actor=SYSTEM, employee=someone, post=post("team-leader"), starts_on=APRIL)
    before = list(PostHolding.objects.order_by("pk").values())
    with pytest.raises(error):
        services.assign_post(actor=SYSTEM, employee=someone, post=post(code), starts_on=day)
    assert list(PostHolding.objects.order_by("pk").values()) == before


def test_a_planned_post_comes_into_force_on_its_day() -> None:
    c = make_centre()
    someone, other = make_employee(c.team1), make_employee(c.team1)
    soon = today() + timedelta(days=3)
    services.assign_post(actor=SYSTEM, employee=someone, post=post("quality"), starts_on=soon)
    services.assign_post(actor=SYSTEM, employee=other, post=None, starts_on=soon)
    assert services.bring_up_to_date(today()) == 0
    assert services.bring_up_to_date(soon) == 2
    assert Employee.objects.get(pk=someone.pk).post == post("quality")
    assert Employee.objects.get(pk=other.pk).post is None
    assert services.bring_up_to_date(soon) == 0


def test_leaving_ends_the_post() -> None:
    c = make_centre()
    someone = make_employee(c.team1)
    services.record_leaving(actor=SYSTEM, employee=someone, left_on=APRIL)
    assert PostHolding.objects.get().ends_on == APRIL + timedelta(days=1)
    with pytest.raises(Conflict):
        services.assign_post(actor=SYSTEM, employee=someone, post=post("quality"))


def test_a_held_post_is_not_retired() -> None:
    c = make_centre()
    make_employee(c.team1)
    with pytest.raises(RuleBroken):
        services.set_post_active(actor=SYSTEM, post=post("agent"), is_active=False)
    services.set_post_active(actor=SYSTEM, post=post("learner"), is_active=False)
    with pytest.raises(InvalidInput):
        services.create_employee(
            actor=SYSTEM, number="K9", name="李雷", unit=c.team1, hired_on=HIRED, post=post("learner")
        )


def test_nobody_stands_above_themselves() -> None:
    with pytest.raises(InvalidInput) as caught:
        services.save_post(
            actor=SYSTEM, post=post("centre-manager"), name="经理", category="management", superior=post("agent")
        )
    assert caught.value.field == "superior"


def test_required_skills_are_replaced() -> None:
    quality, typing = Skill.objects.get(code="scoring"), Skill.objects.get(code="typing")
    services.require_skills(actor=SYSTEM, post=post("quality"), levels={quality: 4, typing: 2})
    assert dict(PostSkill.objects.filter(post=post("quality")).values_list("skill__code", "level")) == {
        "scoring": 4,
        "typing": 2,
    }
