"""The import of the org tree and of leaders, through the real pipeline."""

from __future__ import annotations

import pytest

from kefu.areas.people import queries
from kefu.areas.people.models import Unit
from kefu.areas.people.tests.factories import SYSTEM
from kefu.areas.people.web.imports import EMPLOYEES
from kefu.areas.people.web.unit_imports import UNITS
from kefu.platform.access.services.tree import today
from kefu.platform.imports.registry import ImportContext, ImportKind, Row

pytestmark = pytest.mark.django_db
TREE = [
    {"code": "centre", "name": "客服中心", "kind": "中心"},
    {"code": "east", "name": "城东", "kind": "职场", "parent": "centre"},
    {"code": "e1", "name": "一组", "kind": "team", "parent": "east"},
]


def rows_of(given: list[dict[str, object]]) -> list[Row]:
    return [Row(number=number, values=dict(values)) for number, values in enumerate(given, 2)]


def check(kind: ImportKind, given: list[dict[str, object]]) -> list[tuple[int, str]]:
    """(row, column) of each fault."""
    ctx, rows = ImportContext(actor=SYSTEM), rows_of(given)
    assert kind.prepare is not None
    kind.prepare(rows, ctx)
    return [(row.number, fault[0]) for row in rows for fault in kind.validate(row, ctx)]


def run(kind: ImportKind, given: list[dict[str, object]]) -> object:
    ctx, rows = ImportContext(actor=SYSTEM, is_dry_run=False), rows_of(given)
    assert kind.prepare is not None
    kind.prepare(rows, ctx)
    assert [fault for row in rows for fault in kind.validate(row, ctx)] == []
    return kind.apply(rows, SYSTEM, ctx)


def test_a_tree_comes_in_and_comes_again() -> None:
    assert run(UNITS, TREE) == {"created": 3, "updated": 0}
    assert dict(Unit.objects.values_list("code", "parent__code")) == {"centre": None, "east": "centre", "e1": "east"}
    assert run(UNITS, [*TREE[:2], {**TREE[2], "name": "售后一组"}]) == {"created": 0, "updated": 3}
    assert Unit.objects.get(code="e1").name == "售后一组"


def test_faults_say_which_cell() -> None:
    faulty = [
        {"code": "centre", "name": "客服中心", "kind": "大楼"},
        {"code": "centre", "name": "又一个", "kind": "中心"},
        {"code": "西 区", "name": "城西", "kind": "职场", "parent": "nowhere"},
    ]
    assert check(UNITS, faulty) == [(2, "kind"), (3, "code"), (4, "code"), (4, "parent")]


def test_a_known_unit_is_not_moved() -> None:
    run(UNITS, TREE)
    assert check(UNITS, [{**TREE[2], "parent": "centre"}]) == [(2, "parent")]


def test_leaders_come_with_the_staff_list() -> None:
    run(UNITS, TREE)
    staff = [
        {"number": "K1", "name": "欧阳雪", "unit": "e1", "hired_on": today(), "leads": "是"},
        {"number": "K2", "name": "王芳", "unit": "east", "hired_on": today(), "leads": "城东"},
        {"number": "K3", "name": "李娜", "unit": "e1", "hired_on": today()},
    ]
    run(EMPLOYEES, staff)
    leaders = {code: queries.leader_on(Unit.objects.get(code=code).pk, today()) for code in ("e1", "east")}
    assert {code: leader.number for code, leader in leaders.items() if leader} == {"e1": "K1", "east": "K2"}
    assert check(EMPLOYEES, [{**staff[2], "leads": "火星"}]) == [(2, "leads")]
    twice = [{**staff[0]}, {**staff[2], "leads": "e1"}]
    assert check(EMPLOYEES, twice) == [(3, "leads")]
