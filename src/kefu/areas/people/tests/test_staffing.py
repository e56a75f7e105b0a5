"""Plan and actual are summed up the tree; ratio rules are judged where they hold."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu.areas.people import queries, services
from kefu.areas.people.engine import staffing
from kefu.areas.people.engine.staffing import Place, Rule
from kefu.areas.people.models import EstablishmentLine, Post, RatioRule
from kefu.areas.people.tests.factories import FOUNDED, SYSTEM, make_centre, make_employee
from kefu.kernel.errors import Conflict, InvalidInput

AGENT, LEADER, MANAGER = 1, 2, 3
PLACES = [Place(10, None, "centre"), Place(20, 10, "site"), Place(21, 20, "team"), Place(22, 20, "team")]
PER_15 = Rule(1, "per", "in_post", "site", frozenset({LEADER}), frozenset({AGENT}), 15)
ON_DUTY = Rule(2, "minimum", "on_duty", "site", frozenset({MANAGER}), frozenset(), 1)


@pytest.mark.parametrize(("agents", "need"), [(0, None), (1, 1), (15, 1), (16, 2), (30, 2), (31, 3)])
def test_one_leader_for_fifteen_agents(agents: int, need: int | None) -> None:
    verdicts = staffing.judge(PLACES, [PER_15], {(21, AGENT): agents, (22, LEADER): 1})
    assert [(v.unit_id, v.have, v.need, v.base) for v in verdicts] == ([(20, 1, need, agents)] if need else [])


def test_duty_is_judged_by_the_roster_when_there_is_one() -> None:
    in_post = {(20, MANAGER): 3, (21, AGENT): 5}
    assert not staffing.judge(PLACES, [ON_DUTY], in_post)[0].is_broken
    assert staffing.judge(PLACES, [ON_DUTY], in_post, {(21, AGENT): 2})[0].is_broken
    assert staffing.judge(PLACES, [ON_DUTY], {}) == []


@given(st.dictionaries(st.tuples(st.sampled_from([10, 20, 21, 22]), st.sampled_from([1, 2])), st.integers(0, 50)))
def test_a_root_has_everybody_and_each_unit_no_more_than_the_one_above(counts: dict[tuple[int, int], int]) -> None:
    total = staffing.rolled_up(PLACES, counts)
    for post in (1, 2):
        assert total[10, post] == sum(n for (_unit, p), n in counts.items() if p == post)
        assert total[21, post] + total[22, post] + counts.get((20, post), 0) == total[20, post]


@given(st.integers(0, 500), st.integers(1, 60))
def test_enough_is_never_broken_and_one_fewer_is(base: int, number: int) -> None:
    rule = Rule(1, "per", "in_post", "centre", frozenset({LEADER}), frozenset({AGENT}), number)
    need = staffing.needed(rule, base, base)
    assert need * number >= base > (need - 1) * number or base == need == 0


@pytest.mark.django_db
def test_plan_actual_gap_and_rules_of_a_day() -> None:
    c = make_centre()
    agent, leader = Post.objects.get(code="agent"), Post.objects.get(code="team-leader")
    for _ in range(16):
        make_employee(c.team1)
    make_employee(c.team1, post="team-leader")
    mover = make_employee(c.team2)
    services.set_headcount(actor=SYSTEM, unit=c.team1, post=agent, headcount=20, starts_on=FOUNDED)
    services.set_headcount(actor=SYSTEM, unit=c.team1, post=leader, headcount=1, starts_on=FOUNDED)
    services.set_headcount(actor=SYSTEM, unit=c.team1, post=agent, headcount=18, starts_on=date(2026, 4, 1))
    services.transfer_employee(actor=SYSTEM, employee=mover, unit=c.team3, starts_on=date(2026, 4, 1))

    march = queries.staffing_on(SYSTEM, c.east.pk, date(2026, 3, 1))
    april = queries.staffing_on(SYSTEM, c.east.pk, date(2026, 4, 1))
    assert march is not None
    assert april is not None
    assert (march.total.plan, march.total.actual, march.total.gap) == (21, 18, -3)
    assert (april.total.plan, april.total.actual) == (19, 17)
    assert [(line.label, line.plan, line.actual) for line in april.by_unit] == [("一组", 19, 17), ("二组", 0, 0)]
    assert {(row.rule.code, row.verdict.have, row.verdict.need) for row in march.broken} == {
        ("leader-per-15", 1, 2),
        ("shift-manager-on-duty", 0, 1),
    }
    assert queries.staffing_on(SYSTEM, c.east.pk, date(2019, 1, 1)) is None


@pytest.mark.django_db
def test_a_plan_is_ended_by_zero_and_not_changed_behind_its_back() -> None:
    c = make_centre()
    agent = Post.objects.get(code="agent")
    services.set_headcount(actor=SYSTEM, unit=c.team1, post=agent, headcount=5, starts_on=date(2026, 3, 1))
    with pytest.raises(Conflict):
        services.set_headcount(actor=SYSTEM, unit=c.team1, post=agent, headcount=4, starts_on=date(2026, 2, 1))
    services.set_headcount(actor=SYSTEM, unit=c.team1, post=agent, headcount=0, starts_on=date(2026, 4, 1))
    line = EstablishmentLine.objects.get()
    assert (line.headcount, line.ends_on) == (5, date(2026, 4, 1))
    with pytest.raises(InvalidInput):
        services.set_headcount(actor=SYSTEM, unit=c.team1, post=agent, headcount=-1)


@pytest.mark.django_db
def test_a_rule_is_data() -> None:
    agent, trainer = Post.objects.get(code="agent"), Post.objects.get(code="trainer")
    rule = services.save_ratio_rule(
        actor=SYSTEM, rule=None, code="trainer-per-60", name="每 60 名坐席配 1 名培训师", kind="per", basis="in_post",
        level="centre", number=60, posts=[trainer], base_posts=[agent],
    )  # fmt: skip
    changed = services.save_ratio_rule(
        actor=SYSTEM, rule=rule, name=rule.name, kind="per", basis="in_post", level="centre", number=50,
        posts=[trainer], base_posts=[agent],
    )  # fmt: skip
    assert (changed.pk, RatioRule.objects.get(pk=rule.pk).number) == (rule.pk, 50)
    with pytest.raises(InvalidInput) as caught:
        services.save_ratio_rule(
            actor=SYSTEM, rule=rule, name="x", kind="per", basis="in_post", level="centre", number=5, posts=[trainer]
        )
    assert caught.value.field == "base_posts"
    assert Counter(RatioRule.objects.values_list("code", flat=True))["trainer-per-60"] == 1
