"""Boards and reports stay inside the viewer's scope, and totals are sums over sums."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from kefu.areas.insight import queries
from kefu.areas.insight.choices import Compare, Grain
from kefu.areas.insight.queries import Question
from kefu.areas.insight.rules import Period
from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.metrics import METRICS
from kefu.platform.access import services as access
from kefu.platform.access.models import Role, ScopeNode, User
from kefu.platform.access.services.builtin import sync_builtin_roles
from kefu.platform.live import tickets
from kefu.platform.metrics.tests import samples

SYSTEM = Actor.system("test")
DAY = date(2026, 11, 18)
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def tree(db: Any) -> dict[str, ScopeNode]:
    """A centre with two sites and three teams."""
    sync_builtin_roles()
    nodes: dict[str, ScopeNode] = {}
    for code, kind, parent in (
        ("centre", "centre", None),
        ("east", "site", "centre"),
        ("west", "site", "centre"),
        ("east1", "team", "east"),
        ("east2", "team", "east"),
        ("west1", "team", "west"),
    ):
        above = nodes[parent] if parent else None
        nodes[code] = access.create_node(
            actor=SYSTEM, kind=kind, code=code, name=code.title(), parent=above, starts_on=LONG_AGO
        )
    return nodes


def viewer(role: str, node: ScopeNode) -> Actor:
    """Somebody who holds the role at the node."""
    user = access.create_user(actor=SYSTEM, username=f"{role}-{node.code}", display_name=role, home_node=node)
    access.assign_role(actor=SYSTEM, user=user, role=Role.objects.get(code=role), node=node)
    return actor(user)


def actor(user: User) -> Actor:
    """The user as an actor."""
    return Actor(kind=ActorKind.USER, label=user.username, user_id=user.pk)


@pytest.mark.parametrize(
    ("role", "node", "boards"),
    [
        ("manager", "centre", ["all", "east", "west"]),
        ("shift_manager", "east", ["east"]),
        ("leader", "east1", ["east1"]),
        ("agent", "east1", []),
    ],
)
def test_everybody_watches_the_boards_of_their_scope(
    tree: dict[str, ScopeNode], role: str, node: str, boards: list[str]
) -> None:
    found = queries.boards_for(viewer(role, tree[node]))
    assert [board.code or board.key for board in found] == boards
    for board in found:
        assert board.topic == ("calls.wall.all" if board.key == "all" else f"calls.wall.n{tree[board.code].pk}")


@pytest.mark.parametrize(
    ("role", "node", "allowed"),
    [
        ("manager", "centre", {"all", "east", "west", "east1", "west1"}),
        ("shift_manager", "east", {"east", "east1"}),
        ("leader", "east1", {"east1"}),
        ("agent", "east1", set()),
    ],
)
def test_a_topic_outside_the_scope_gets_no_ticket(
    tree: dict[str, ScopeNode], role: str, node: str, allowed: set[str]
) -> None:
    somebody = viewer(role, tree[node])
    topics = {"all": "calls.wall.all", "forged": "calls.wall.n999999", "odd": "calls.wall.nx"}
    topics |= {code: f"calls.wall.n{tree[code].pk}" for code in ("east", "west", "east1", "west1")}
    granted = tickets.allowed(somebody, list(topics.values()))
    expected = allowed | ({"forged"} if role == "manager" else set())
    assert {code for code, topic in topics.items() if topic in granted} == expected


@pytest.fixture
def numbers(tree: dict[str, ScopeNode]) -> Iterator[dict[str, ScopeNode]]:
    """Two teams, two days: 8 of 10 and 1 of 30 answered today, 5 of 10 the day before."""
    with samples.registered(), samples.tables():
        rows = [
            (DAY, "east1", 1, 36, 8, 2),
            (DAY, "west1", 2, 40, 1, 29),
            (DAY - timedelta(days=1), "east1", 1, 36, 5, 5),
            (DAY - timedelta(days=1), "east1", 1, 80, 90, 10),
        ]
        for day, node, queue, slot, answered, abandoned in rows:
            values = {"day": day, "node_id": tree[node].pk, "queue_id": queue, "answered": answered}
            values |= {"abandoned": abandoned, "offered": answered + abandoned}
            samples.SampleSlot.objects.create(slot_of_day=slot, **values)
        for day, node, queue, answered, abandoned in (
            (DAY, "east1", 1, 8, 2),
            (DAY, "west1", 2, 1, 29),
            (DAY - timedelta(days=1), "east1", 1, 95, 15),
        ):
            samples.SampleDay.objects.create(
                day=day,
                node_id=tree[node].pk,
                queue_id=queue,
                answered=answered,
                abandoned=abandoned,
                offered=answered + abandoned,
            )
        yield tree


def question(**more: Any) -> Question:
    """The rate and the count of one day, by queue."""
    base: dict[str, Any] = {
        "metrics": (METRICS.get("s_rate.a"), METRICS.get("s_offered")),
        "period": Period(DAY, DAY + timedelta(days=1)),
        "split": "s_queue",
    }
    return Question(**{**base, **more})


def test_the_total_is_a_sum_over_sums(numbers: dict[str, ScopeNode]) -> None:
    report = queries.answer(viewer("manager", numbers["centre"]), question())
    assert [(line.labels, line.cells[0].row.value) for line in report.lines if line.cells[0].row] == [
        (("East",), 0.8),
        (("West",), 1 / 30),
    ]
    assert report.totals[0].row is not None
    assert (report.totals[0].row.numerator, report.totals[0].row.denominator) == (9, 40)
    assert (report.totals[0].text, report.totals[0].tone) == ("22.5%", "bad")


def test_a_leader_sees_the_team_alone(numbers: dict[str, ScopeNode]) -> None:
    report = queries.answer(viewer("leader", numbers["west1"]), question(chart=METRICS.get("s_offered")))
    assert [line.labels for line in report.lines] == [("West",)]
    assert report.totals[1].row is not None
    assert report.totals[1].row.value == 30
    assert report.chart is not None
    assert report.chart["x"] == ["West"]


def test_filters_cannot_widen_the_scope(numbers: dict[str, ScopeNode]) -> None:
    report = queries.answer(viewer("leader", numbers["west1"]), question(filters={"s_queue": ("east",)}))
    assert report.lines == []
    assert report.totals[0].row is not None
    assert report.totals[0].row.denominator == 0


def test_an_unfinished_day_is_compared_up_to_the_same_time(numbers: dict[str, ScopeNode]) -> None:
    manager = viewer("manager", numbers["centre"])
    whole = queries.answer(manager, question(compare=Compare.PREVIOUS))
    cut = queries.answer(manager, question(compare=Compare.PREVIOUS, until_slot=41))
    assert whole.totals[1].before is not None
    assert cut.totals[1].before is not None
    assert (whole.totals[1].before.value, cut.totals[1].before.value) == (110, 10)
    assert cut.lines[0].cells[0].change == pytest.approx(0.8 - 0.5)
    two = question(
        compare=Compare.PREVIOUS, until_slot=41, period=Period(DAY + timedelta(days=1), DAY + timedelta(days=3))
    )
    both = queries.answer(manager, two)
    assert both.totals[1].before is not None
    assert both.totals[1].before.value == 110 + 40


def test_lines_are_sorted_and_paged_on_the_server(numbers: dict[str, ScopeNode]) -> None:
    manager = viewer("manager", numbers["centre"])
    report = queries.answer(manager, question(sort="s_offered", descending=True, page_size=1))
    assert (report.count, report.pages, report.lines[0].labels) == (2, 2, ("West",))
    second = queries.answer(manager, question(sort="s_offered", descending=True, page_size=1, page=2))
    assert second.lines[0].labels == ("East",)


def test_times_of_day_lie_on_top_of_each_other(numbers: dict[str, ScopeNode]) -> None:
    period = Period(DAY - timedelta(days=1), DAY + timedelta(days=1))
    report = queries.answer(viewer("manager", numbers["centre"]), question(period=period, split="", grain=Grain.HOUR))
    rows = [(line.labels[0], line.cells[1].row.value) for line in report.lines if line.cells[1].row]
    assert rows == [("09:00", 20), ("10:00", 30), ("20:00", 100)]
    assert "time_from=09%3A00" in report.lines[0].cells[1].url
    assert "time_to=10%3A00" in report.lines[0].cells[1].url


def test_a_report_asks_few_statements_whatever_its_size(
    numbers: dict[str, ScopeNode], django_assert_max_num_queries: Any
) -> None:
    manager = viewer("manager", numbers["centre"])
    with django_assert_max_num_queries(12):
        queries.answer(manager, question(compare=Compare.WEEK))
