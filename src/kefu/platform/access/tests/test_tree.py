"""The dated tree: history is kept, no day has a cycle, the closure is exact."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kefu.kernel.errors import Conflict, InvalidInput
from kefu.platform.access import queries, services
from kefu.platform.access.models import ScopeEdge, ScopeNode, ScopePath
from kefu.platform.access.services.tree import today
from kefu.platform.access.tests import factories

pytestmark = pytest.mark.django_db
SYSTEM = factories.SYSTEM


def naive_paths(day: date) -> set[tuple[int, int, int]]:
    """The closure by walking up from every node."""
    parents = {
        e.child_id: e.parent_id
        for e in ScopeEdge.objects.all()
        if e.starts_on <= day and (e.ends_on is None or e.ends_on > day)
    }
    found = set()
    for node_id in ScopeNode.objects.values_list("id", flat=True):
        at, depth = node_id, 0
        while at is not None:
            found.add((at, node_id, depth))
            at, depth = parents.get(at), depth + 1
    return found


def paths() -> set[tuple[int, int, int]]:
    return set(ScopePath.objects.values_list("ancestor_id", "descendant_id", "depth"))


moves = st.lists(st.tuples(st.integers(0, 9), st.one_of(st.none(), st.integers(0, 9)), st.integers(-3, 0)), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parents=st.lists(st.integers(0, 9), min_size=10, max_size=10), moves=moves)
def test_the_closure_equals_a_naive_one_after_any_moves(
    parents: list[int], moves: list[tuple[int, int | None, int]]
) -> None:
    sid = transaction.savepoint()
    nodes: list[ScopeNode] = []
    for number, parent in enumerate(parents):
        above = nodes[parent % number] if number else None
        nodes.append(factories.make_node(f"n{number}", parent=above))
    assert paths() == naive_paths(today())
    for child, target, days in moves:
        with contextlib.suppress(InvalidInput, Conflict):
            services.move_node(
                actor=SYSTEM,
                node=nodes[child],
                parent=None if target is None else nodes[target],
                starts_on=today() + timedelta(days=days),
            )
        assert paths() == naive_paths(today())
    transaction.savepoint_rollback(sid)


def test_a_move_keeps_what_was() -> None:
    root_a, root_b = factories.make_node("ra"), factories.make_node("rb")
    team = factories.make_node("t", parent=root_a)
    services.move_node(actor=SYSTEM, node=team, parent=root_b, starts_on=date(2026, 3, 1))
    assert queries.parent_on(team.pk, date(2026, 2, 28)) == root_a.pk
    assert queries.parent_on(team.pk, date(2026, 3, 1)) == root_b.pk
    assert queries.subtree_ids([root_b.pk]) == {root_b.pk, team.pk}
    assert [n.code for n in queries.ancestors_of(team.pk)] == ["rb", "t"]


def test_a_planned_move_comes_into_force_on_its_day() -> None:
    root_a, root_b = factories.make_node("ra"), factories.make_node("rb")
    team = factories.make_node("t", parent=root_a)
    day = today() + timedelta(days=3)
    services.move_node(actor=SYSTEM, node=team, parent=root_b, starts_on=day)
    assert queries.subtree_ids([root_b.pk]) == {root_b.pk}
    assert services.refresh_paths() == 0
    with time_machine.travel(day, tick=False):
        assert services.refresh_paths() == 2
    assert queries.subtree_ids([root_b.pk]) == {root_b.pk, team.pk}


def test_no_cycle_today_nor_later() -> None:
    a = factories.make_node("a")
    b = factories.make_node("b", parent=a)
    c = factories.make_node("c")
    for parent in (a, b):
        with pytest.raises(InvalidInput):
            services.move_node(actor=SYSTEM, node=a, parent=parent)
    services.move_node(actor=SYSTEM, node=c, parent=b, starts_on=today() + timedelta(days=10))
    before = list(ScopeEdge.objects.values())
    # a under c is fine today, but in ten days c hangs below a.
    with pytest.raises(InvalidInput):
        services.move_node(actor=SYSTEM, node=a, parent=c)
    assert list(ScopeEdge.objects.values()) == before


def test_a_later_planned_move_is_not_overwritten() -> None:
    a, b = factories.make_node("a"), factories.make_node("b")
    team = factories.make_node("t", parent=a)
    services.move_node(actor=SYSTEM, node=team, parent=b, starts_on=today() + timedelta(days=10))
    with pytest.raises(Conflict):
        services.move_node(actor=SYSTEM, node=team, parent=None)


def test_moving_twice_on_one_day_keeps_the_last() -> None:
    a, b, c = (factories.make_node(code) for code in "abc")
    team = factories.make_node("t", parent=a)
    services.move_node(actor=SYSTEM, node=team, parent=b)
    services.move_node(actor=SYSTEM, node=team, parent=c)
    assert list(ScopeEdge.objects.filter(child=team).values_list("parent_id", flat=True)) == [a.pk, c.pk]


def test_the_database_refuses_two_parents_on_one_day() -> None:
    a, b = factories.make_node("a"), factories.make_node("b")
    team = factories.make_node("t", parent=a)
    with pytest.raises(IntegrityError), transaction.atomic():
        ScopeEdge.objects.create(child=team, parent=b, starts_on=date(2025, 1, 1))


def test_a_code_is_used_once_and_names_are_given() -> None:
    factories.make_node("a")
    with pytest.raises(InvalidInput):
        factories.make_node("a")
    with pytest.raises(InvalidInput):
        services.create_node(actor=SYSTEM, kind="team", code="b", name=" ", parent=None)
    assert ScopeNode.objects.count() == 1


def test_the_tree_of_a_day() -> None:
    root = factories.make_node("root")
    child = factories.make_node("child", parent=root, starts_on=date(2026, 1, 1))
    before = [b.node.pk for top in queries.node_tree(date(2025, 12, 31)) for b in top.walk() if b.depth == 0]
    after = [b.node.pk for top in queries.node_tree(date(2026, 1, 1)) for b in top.walk() if b.depth == 0]
    assert before == [child.pk, root.pk]
    assert after == [root.pk]
