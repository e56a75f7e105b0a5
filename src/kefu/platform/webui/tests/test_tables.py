"""List pages: filters, order, paging, counts, queries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kefu.kernel.errors import Denied, InvalidInput
from kefu.platform.webui.tables import counts, keyset, table_page
from kefu.platform.webui.tests.sample import Mood, Person, PersonTable, create_table, request_for

START = datetime(2026, 11, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def table(db: None) -> None:
    create_table()


def people(n: int, **given: Any) -> list[Person]:
    """``n`` people who joined an hour after one another; every third is poor, every fourth has no score."""
    return Person.objects.bulk_create(
        Person(
            name=f"员工{i:05d}",
            mood=Mood.POOR if i % 3 == 0 else Mood.GOOD,
            score=None if i % 4 == 0 else i % 7,
            joined_at=START + timedelta(hours=i),
            **given,
        )
        for i in range(n)
    )


def names(query: str = "") -> list[str]:
    return [row.name for row in PersonTable(request_for(query)).page.rows]


def walk(sort: str, way: str = "after") -> list[int]:
    """Every id met when paging to the end."""
    seen: list[int] = []
    cursor = ""
    while True:
        found = PersonTable(request_for(f"sort={sort}" + (f"&after={cursor}" if cursor else ""))).page
        seen += [row.pk for row in found.rows]
        cursor = found.after
        if not cursor:
            return seen


def test_newest_come_first_and_pages_follow_one_another() -> None:
    people(10)
    first = PersonTable(request_for()).page
    assert [r.name for r in first.rows] == ["员工00009", "员工00008", "员工00007", "员工00006"]
    assert (first.before, bool(first.after)) == ("", True)
    second = PersonTable(request_for(f"after={first.after}")).page
    assert [r.name for r in second.rows] == ["员工00005", "员工00004", "员工00003", "员工00002"]
    third = PersonTable(request_for(f"after={second.after}")).page
    assert [r.name for r in third.rows] == ["员工00001", "员工00000"]
    assert third.after == ""
    back = PersonTable(request_for(f"before={third.before}")).page
    assert [r.name for r in back.rows] == [r.name for r in second.rows]
    assert back.before
    assert back.after


@pytest.mark.parametrize("sort", ["score", "-score", "name", "-name", "joined_at"])
def test_every_row_is_met_once_in_every_order(sort: str) -> None:
    people(23)
    field = sort.lstrip("-")
    order = (field, "joined_at", "id") if not sort.startswith("-") else (f"-{field}", "-joined_at", "-id")
    assert walk(sort) == list(Person.objects.order_by(*order).values_list("pk", flat=True))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scores=st.lists(st.none() | st.integers(-2, 2), max_size=14), down=st.booleans(), data=st.data())
def test_going_back_undoes_going_on(scores: list[int | None], down: bool, data: st.DataObject) -> None:
    Person.objects.all().delete()
    Person.objects.bulk_create(Person(name=str(i), mood="good", score=s, joined_at=START) for i, s in enumerate(scores))
    sign = "-" if down else ""
    keys = keyset.keys_for(Person, (f"{sign}score", f"{sign}id"))
    whole = list(Person.objects.order_by(*(k.ordering for k in keys)))
    if not whole:
        return
    i = data.draw(st.integers(0, len(whole) - 1))
    here = keyset.decode(keyset.encode(keyset.values_of(whole[i], keys)), 2)
    behind, more = keyset.page(Person.objects.all(), keys, 3, cursor=here, backward=False)
    before, _ = keyset.page(Person.objects.all(), keys, 3, cursor=here, backward=True)
    assert behind == whole[i + 1 : i + 4]
    assert more == (len(whole) > i + 4)
    assert before == whole[max(0, i - 3) : i]


def test_rows_that_come_in_before_the_first_page_are_shown_whole() -> None:
    people(6)
    second = PersonTable(request_for(f"after={PersonTable(request_for()).page.after}")).page
    Person.objects.filter(name__in=["员工00005", "员工00004"]).delete()
    back = PersonTable(request_for(f"before={second.before}")).page
    assert [r.name for r in back.rows] == ["员工00003", "员工00002", "员工00001", "员工00000"]


def test_what_a_view_sets_can_be_emptied() -> None:
    people(4)
    assert names("view=poor") == ["员工00003", "员工00000"]
    assert names("view=poor&mood=") == ["员工00003", "员工00002", "员工00001", "员工00000"]
    assert PersonTable(request_for("view=poor&mood=poor")).active_filters == 0
    assert PersonTable(request_for("view=poor&mood=")).active_filters == 1
    assert PersonTable(request_for("q=x&mood=")).active_filters == 1
    assert PersonTable(request_for("view=poor")).preset_parameters == "mood"


def test_filters_narrow_the_rows() -> None:
    people(8)
    Person.objects.filter(name="员工00002").update(is_lead=True)
    assert names("q=00003") == ["员工00003"]
    assert names("mood=poor") == ["员工00006", "员工00003", "员工00000"]
    assert names("moods=poor&score_min=3") == ["员工00006", "员工00003"]
    assert names("lead=1") == ["员工00002"]
    assert names("joined_from=2026-11-02") == []
    assert names("joined_from=2026-11-01&joined_to=2026-11-01&score_max=1") == ["员工00007", "员工00001"]
    assert names("view=poor") == ["员工00006", "员工00003", "员工00000"]
    assert names("view=poor&mood=good&q=00001") == ["员工00001"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("sort=password", "不能按“password”排序"),
        ("sort=--name", "不能按"),
        ("mood=wild", "没有“wild”这个选项"),
        ("moods=poor&moods=wild", "没有“wild”这个选项"),
        ("joined_from=tomorrow", "不是日期"),
        ("joined_from=2026-11-09&joined_to=2026-11-01", "请对调"),
        ("score_min=many", "不是数字"),
        ("score_min=NaN", "不是数字"),
        ("score_min=5&score_max=1", "请对调"),
        ("lead=perhaps", "请选择"),
        ("view=secret", "没有“secret”这个视图"),
        ("after=%%%", "页码已失效"),
        ("after=WzFd", "页码已失效"),
        ("q=" + "长" * 101, "最多输入 100 个字"),
        ("q=%00", "无法识别的字符"),
    ],
)
def test_a_faulty_address_is_refused_with_a_message(query: str, message: str) -> None:
    people(3)
    response = table_page(request_for(query), PersonTable(request_for(query)))
    assert response.status_code == 422
    html = response.content.decode()
    assert message in html
    assert "员工00001" not in html


def test_the_fragment_is_the_region_alone() -> None:
    people(1)
    request = request_for(**{"HX-Request": "true", "HX-Target": "table-webui-people"})
    html = table_page(request, PersonTable(request)).content.decode()
    assert html.lstrip().startswith('<section class="ui-card ui-table-card')
    assert "<html" not in html
    whole = request_for(
        **{"HX-Request": "true", "HX-Target": "table-webui-people", "HX-History-Restore-Request": "true"}
    )
    assert "<html" in table_page(whole, PersonTable(whole)).content.decode()


def test_chips_count_up_to_the_bound_in_one_statement() -> None:
    people(1200)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert counts.bounded_counts(
            [Person.objects.all(), Person.objects.filter(mood="poor"), Person.objects.none()]
        ) == [
            1000,
            400,
            0,
        ]
    assert len(queries) == 1
    table = PersonTable(request_for())
    assert [(v.code, n) for v, n, _ in table.chips] == [("all", "999+"), ("poor", "400")]
    assert table.total == "999+"


def test_queries_do_not_grow_with_the_rows() -> None:
    spent = []
    for n in (1_000, 20_000):
        Person.objects.all().delete()
        people(n)
        with CaptureQueriesContext(connection) as queries:
            request = request_for("sort=-score", **{"HX-Request": "true", "HX-Target": "table-webui-people"})
            assert table_page(request, PersonTable(request)).status_code == 200
        spent.append(len(queries))
    assert spent == [2, 2]


def test_cells_are_escaped_and_carry_their_labels() -> None:
    Person.objects.create(name="<b>小李</b>", mood="poor", score=12345, joined_at=START)
    html = table_page(request_for(), PersonTable(request_for())).content.decode()
    assert "&lt;b&gt;小李&lt;/b&gt;" in html
    assert "12,345" in html
    assert "2026-11-01 09:00" in html
    assert 'data-tone="bad"' in html
    assert 'data-label="得分"' in html
    assert 'data-confirm="停用 %s 人"' in html


def test_export_reads_every_row_in_order_and_batches() -> None:
    people(9)
    rows = list(PersonTable(request_for("sort=name")).export_rows(limit=7, batch=2))
    assert [row[0] for row in rows] == [f"员工{i:05d}" for i in range(7)]
    assert rows[1] == ["员工00001", "良好", 1, datetime(2026, 11, 1, 10), "否"]


def test_export_is_refused_without_the_right_and_for_unknown_kinds() -> None:
    people(1)

    class Closed(PersonTable):
        export_permission = None

    with pytest.raises(Denied):
        table_page(request_for("export=csv"), Closed(request_for("export=csv")))
    with pytest.raises(InvalidInput):
        table_page(request_for("export=exe"), PersonTable(request_for("export=exe")))


def test_the_addresses_of_neighbours_end_their_walk() -> None:
    people(9)
    pages = []
    query = ""
    while True:
        found = PersonTable(request_for(query)).page
        pages.append([r.pk for r in found.rows])
        if not found.after:
            break
        query = f"after={found.after}"
    assert [len(p) for p in pages] == [4, 4, 1]
    assert all(set(a).isdisjoint(b) for a, b in pairwise(pages))
