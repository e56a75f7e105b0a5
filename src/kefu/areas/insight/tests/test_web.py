"""Pages answer for those who may see them, refuse what cannot be asked, and export the whole answer."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from kefu.areas.insight.tests.test_queries import DAY, numbers, tree
from kefu.platform.audit.models import AuditEntry
from kefu.platform.webui.testing import people

__all__ = ["numbers", "tree"]
ASKED = f"from={DAY}&to={DAY}&m=s_rate.a&m=s_offered"


def client_of(role: str) -> Client:
    """A client in which the role has signed in."""
    client = Client()
    cookie = people.session_cookie(people.user_with(role))
    client.cookies[cookie["name"]] = cookie["value"]
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/wall/", "/wall/full/", "/reports/interval/", "/reports/agents/", "/reports/explore/"]
)
def test_pages_open_for_the_manager_and_not_for_agents(path: str) -> None:
    assert client_of("manager").get(path).status_code == 200
    assert client_of("agent").get(path).status_code == 403


@pytest.mark.django_db
def test_a_board_outside_the_scope_does_not_exist() -> None:
    assert client_of("manager").get("/wall/?board=n999999").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "period=never",
        "from=2026-13-01&to=2026-13-02",
        "from=2026-11-20&to=2026-11-01",
        "split=agent'--",
        "m=nonsense",
        "grain=15m&from=2020-01-01&to=2026-01-01",
        "m=s_offered&s_queue=no-such-queue",
        "from=9999-12-31&to=9999-12-31",
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(numbers: Any, query: str) -> None:
    answer = client_of("manager").get(f"/reports/interval/?{query}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.django_db
def test_a_number_leads_to_its_rows_and_its_definition(numbers: Any) -> None:
    page = client_of("manager").get(f"/reports/explore/?{ASKED}&grain=day").content.decode()
    assert "22.5%" in page
    assert f"/metrics/s_rate.a/rows/?start={DAY}" in page
    assert "/metrics/s_rate.a/card/" in page
    rows = client_of("manager").get(f"/metrics/s_offered/rows/?start={DAY}&end=2026-11-19&s_queue=east")
    assert (rows.status_code, rows["Location"]) == (302, f"/rows/?end=2026-11-19&s_queue=east&start={DAY}")


@pytest.mark.django_db
def test_the_export_is_the_whole_answer_and_is_audited(numbers: Any) -> None:
    answer = client_of("manager").get(f"/reports/explore/?{ASKED}&grain=day&export=xlsx")
    assert answer.status_code == 200
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[1] == (str(DAY), 0.225, 9, 40, 40)
    assert rows[2][1:] == (0.225, 9, 40, 40)
    assert AuditEntry.objects.filter(action="insight.report:export").count() == 1


@pytest.mark.django_db
def test_without_the_right_there_is_no_export(numbers: Any) -> None:
    assert client_of("leader").get(f"/reports/explore/?{ASKED}&export=xlsx").status_code == 403
    assert not AuditEntry.objects.filter(action="insight.report:export").exists()


@pytest.mark.django_db
def test_the_catalogue_is_searched_and_every_definition_has_a_page(numbers: Any) -> None:
    client = client_of("agent")
    assert "Rate A" in client.get("/metrics/?q=rate+a").content.decode()
    assert "Offered" not in client.get("/metrics/?q=rate+a").content.decode()
    page = client.get("/metrics/s_rate.b/").content.decode()
    assert "Σ(answered) ÷ Σ(offered − abandoned)" in page
    assert "s_rate.a" in page
    assert client.get("/metrics/s_now/").status_code == 200
    assert client.get("/metrics/nonsense/").status_code == 404
    assert client.get("/metrics/s_now/rows/").status_code == 404


@pytest.mark.django_db
def test_the_interface_answers_within_the_scope(numbers: Any) -> None:
    url = "/api/v1/metrics/values?metric=s_rate.a&from=2026-11-18&to=2026-11-19&by=s_queue,day"
    rows = client_of("manager").get(url).json()
    assert rows[0] == {
        "metric": "s_rate.a",
        "s_queue": "east",
        "day": "2026-11-18",
        "numerator": 8,
        "denominator": 10,
        "value": 0.8,
        "n": 10,
    }
    assert client_of("leader").get(url).json() == []
    assert client_of("manager").get(url.replace("s_rate.a", "none")).status_code == 422
    assert client_of("manager").get(url.replace("s_queue", "galaxy")).status_code == 422
    assert any(m["metric"] == "s_rate.a" for m in client_of("agent").get("/api/v1/metrics").json())


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/wall/", "/wall/full/"])
def test_the_board_says_that_it_is_provisional_and_leads_to_the_official_numbers(path: str) -> None:
    page = client_of("manager").get(path).content.decode()
    assert "实时(暂估)" in page
    assert 'href="/reports/interval/?period=today"' in page
