"""Reports: frozen when made, reviewed, sent inside everybody's scope, archived for good, corrected by a new version."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from openpyxl import load_workbook

from kefu.areas.calls.models import QueueDay, QueueFact
from kefu.areas.insight import queries, services
from kefu.areas.insight.models import MadeReport, ReportCopy, ReportPlan
from kefu.areas.insight.tests.autumn import OCTOBER, two_months
from kefu.areas.insight.tests.test_queries import SYSTEM, tree, viewer
from kefu.areas.insight.tests.test_web import client_of
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotFound, RuleBroken
from kefu.platform.access.models import ScopeNode
from kefu.platform.audit.models import AuditEntry
from kefu.platform.jobs import testing as jobs
from kefu.platform.notify.models import Notice
from kefu.platform.webui.testing import people

__all__ = ["tree"]
Nodes = dict[str, ScopeNode]


@pytest.fixture
def calls(tree: Nodes) -> Nodes:
    """September and October 2025: 100 calls an hour from 9 to 11, 90 % in time, in October 80 % at the west site."""
    two_months(tree["east"].pk, tree["west"].pk)
    return tree


def plan(node: ScopeNode | None = None, **more: Any) -> ReportPlan:
    """A monthly plan for the managers."""
    given: dict[str, Any] = {"name": f"plan {node}", "cadence": "monthly", "recipients": ["role:manager"], **more}
    return services.save_plan(actor=SYSTEM, plan_id=None, node_id=node.pk if node else None, **given)


def made(node: ScopeNode | None = None, **more: Any) -> MadeReport:
    """October's report."""
    found = plan(node, **more)
    return services.make_report(actor=SYSTEM, plan_id=found.pk, starts_on=OCTOBER, node_id=node.pk if node else None)


def test_a_report_freezes_its_numbers_and_is_made_once(calls: Nodes) -> None:
    report = made()
    again = services.make_report(actor=SYSTEM, plan_id=report.plan_id, starts_on=date(2025, 10, 9), node_id=None)
    assert again.pk == report.pk
    offered = next(line for line in report.snapshot["headline"] if line["metric"] == "offered")
    assert (offered["now"][2], offered["previous"][2]) == (12400, 12000)
    assert (report.is_complete, queries.is_whole(MadeReport.objects.get(pk=report.pk))) == (True, True)
    assert queries.drifts(report) == []

    QueueDay.objects.filter(day=OCTOBER).update(offered=300)
    assert next((d.name, d.then, d.now) for d in queries.drifts(report)) == ("人工请求量", "12,400", "12,600")


def test_the_words_name_the_queue_that_explains_the_change(calls: Nodes) -> None:
    doc = queries.document(made())
    said = "".join(doc.summary)
    assert "较上月日均 400 变化 +0.0%" in said
    assert "85.0%（n 12,400），达到目标 80%" in said
    assert "West 90.0% → 80.0%（n 6,200），影响 −5.00 个百分点" in said
    assert "超出日间波动" in said
    assert "East" not in said


def test_a_site_report_holds_the_sites_numbers_only(calls: Nodes) -> None:
    report = made(calls["west"])
    assert [line["name"] for line in report.snapshot["tables"]["queue"]] == ["West"]
    assert "site" not in report.snapshot["tables"]


def test_missing_days_are_said(calls: Nodes) -> None:
    QueueFact.objects.filter(day__range=(date(2025, 10, 8), date(2025, 10, 9))).delete()
    report = made()
    assert not report.is_complete
    assert queries.document(report).gaps == ["2025-10-08 至 2025-10-09（2 天）没有任何来电数据"]


def test_an_empty_centre_has_an_empty_report(tree: Nodes) -> None:
    doc = queries.document(made())
    assert doc.summary == ["本期没有数据。"]
    assert doc.heat is None
    assert services.pdf_of(doc.report, receiver="")[:5] == b"%PDF-"


def test_the_way_from_made_to_archived(calls: Nodes) -> None:
    manager = viewer("manager", calls["centre"])
    report = made()
    with pytest.raises(RuleBroken):
        services.send_report(actor=manager, report_id=report.pk)
    services.save_comments(actor=manager, report_id=report.pk, comments={"overall": "好"}, lock=0)
    with pytest.raises(Conflict):
        services.save_comments(actor=manager, report_id=report.pk, comments={"overall": "坏"}, lock=0)
    services.review_report(actor=manager, report_id=report.pk)
    services.save_comments(actor=manager, report_id=report.pk, comments={"next": "加班"})
    assert MadeReport.objects.get().state == "made"
    services.review_report(actor=manager, report_id=report.pk)
    services.send_report(actor=manager, report_id=report.pk)
    jobs.drain()
    assert Notice.objects.filter(kind="insight.report_sent", user_id=manager.user_id).count() == 1
    with pytest.raises(RuleBroken):
        services.save_comments(actor=manager, report_id=report.pk, comments={"overall": "晚了"})
    assert services.archive_due(datetime.now(UTC)) == 0
    assert services.archive_due(datetime.now(UTC) + timedelta(days=8)) == 1
    verbs = AuditEntry.objects.filter(action__startswith="insight.made_report:").order_by("id")
    found = [entry.action.partition(":")[2] for entry in verbs]
    assert found == ["make", "comment", "review", "comment", "review", "send", "archive"]


def test_an_archived_report_cannot_be_changed_even_by_hand(calls: Nodes) -> None:
    report = made()
    services.review_report(actor=SYSTEM, report_id=report.pk)
    services.archive_report(actor=SYSTEM, report_id=report.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        MadeReport.objects.filter(pk=report.pk).update(comments={"overall": "x"})
    with pytest.raises(IntegrityError), transaction.atomic():
        MadeReport.objects.filter(pk=report.pk).delete()
    assert queries.is_whole(MadeReport.objects.get())


def test_a_correction_is_a_new_version_and_shows_the_difference(calls: Nodes) -> None:
    first = made()
    services.save_comments(actor=SYSTEM, report_id=first.pk, comments={"overall": "好"})
    services.review_report(actor=SYSTEM, report_id=first.pk)
    services.archive_report(actor=SYSTEM, report_id=first.pk)
    QueueDay.objects.filter(day=OCTOBER).update(offered=300)
    with pytest.raises(InvalidInput):
        services.correct_report(actor=SYSTEM, report_id=first.pk, reason=" ")
    second = services.correct_report(actor=SYSTEM, report_id=first.pk, reason="补录十月一日")
    first.refresh_from_db()
    assert (second.number, second.state, second.comments, first.is_latest) == (2, "made", {"overall": "好"}, False)
    assert ("人工请求量", "12,400", "12,600") in [(d.name, d.then, d.now) for d in queries.differences(first, second)]
    with pytest.raises(RuleBroken):
        services.correct_report(actor=SYSTEM, report_id=first.pk, reason="again")


def test_a_leader_sees_the_teams_report_and_no_other(calls: Nodes) -> None:
    leader = viewer("leader", calls["east1"])
    own, other, whole = made(calls["east1"]), made(calls["east2"]), made()
    assert [report.pk for report in queries.made_reports(leader)] == [own.pk]
    for report in (other, whole):
        with pytest.raises(NotFound):
            queries.made_report(leader, report.uid)
    site = viewer("shift_manager", calls["east1"])
    assert {report.pk for report in queries.made_reports(site)} == {own.pk, other.pk}


@pytest.mark.parametrize("role", ["agent", "leader", "quality"])
def test_a_denial_changes_nothing(calls: Nodes, role: str) -> None:
    actor = viewer(role, calls["east1"])
    report = made(calls["east1"])
    before = MadeReport.objects.values().get()
    trail = AuditEntry.objects.count()
    for verb, more in (
        (services.save_comments, {"comments": {"overall": "x"}}),
        (services.review_report, {}),
        (services.send_report, {}),
        (services.archive_report, {}),
        (services.correct_report, {"reason": "x"}),
    ):
        with pytest.raises(Denied):
            verb(actor=actor, report_id=report.pk, **more)  # type: ignore[operator]
    with pytest.raises(Denied):
        services.save_plan(actor=actor, plan_id=report.plan_id, name="x", cadence="daily", node_id=None)
    with pytest.raises(Denied):
        services.request_reports(actor=actor, plan_id=report.plan_id, day=OCTOBER)
    assert MadeReport.objects.values().get() == before
    assert (ReportPlan.objects.get().name, ReportCopy.objects.count()) == (report.plan.name, 0)
    assert AuditEntry.objects.count() == trail


def test_nobody_is_sent_what_lies_outside_their_scope(calls: Nodes) -> None:
    manager, leader = viewer("manager", calls["centre"]), viewer("leader", calls["east1"])
    report = made(user_ids=[leader.user_id])
    services.review_report(actor=SYSTEM, report_id=report.pk)
    services.send_report(actor=manager, report_id=report.pk)
    jobs.drain()
    assert dict(ReportCopy.objects.values_list("user_id", "is_refused")) == {
        manager.user_id: False,
        leader.user_id: True,
    }
    assert not Notice.objects.filter(kind="insight.report_sent", user_id=leader.user_id).exists()


def test_names_of_agents_do_not_leave_the_house(calls: Nodes) -> None:
    with pytest.raises(InvalidInput) as refused:
        plan(has_people=True, addresses=["a@example.com"])
    assert "addresses" in refused.value.errors
    assert not ReportPlan.objects.exists()


def test_plans_make_what_is_due_once(calls: Nodes) -> None:
    found = plan(make_at=time(8, 0))
    ReportPlan.objects.update(next_start_on=OCTOBER)
    assert services.make_due(datetime(2025, 10, 31, 23, 0, tzinfo=UTC)) == 0
    assert services.make_due(datetime(2025, 11, 1, 0, 1, tzinfo=UTC)) == 1
    assert services.make_due(datetime(2025, 11, 1, 0, 2, tzinfo=UTC)) == 0
    jobs.drain()
    report = MadeReport.objects.get()
    assert (report.starts_on, report.plan_id, report.state) == (OCTOBER, found.pk, "made")


def test_what_has_not_begun_is_not_made(calls: Nodes) -> None:
    found = plan()
    with pytest.raises(RuleBroken):
        services.make_report(actor=SYSTEM, plan_id=found.pk, starts_on=date(2999, 1, 1), node_id=None)


def signed_in(actor: Actor) -> Client:
    """A client of that account."""
    from kefu.platform.access.models import User

    client = Client()
    cookie = people.session_cookie(User.objects.get(pk=actor.user_id))
    client.cookies[cookie["name"]] = cookie["value"]
    return client


def test_pages_files_and_interface(calls: Nodes) -> None:
    report = made()
    client = client_of("manager")
    page = client.get(f"/made-reports/{report.uid}/").content.decode()
    assert "短板时段" not in page
    assert "按技能队列分解" in page
    assert "<svg" in page
    assert report.title in client.get("/made-reports/").content.decode()

    answer = client.get(f"/made-reports/{report.uid}/xlsx/")
    book = load_workbook(io.BytesIO(answer.content))
    figures = {row[0]: row[1] for row in book["核心指标"].iter_rows(values_only=True)}
    assert (figures["人工请求量"], figures["服务水平 F3"]) == (12400, 0.85)
    assert {"概要", "按技能队列", "走势", "变化来源"} <= set(book.sheetnames)
    assert client.get(f"/made-reports/{report.uid}/pdf/").content[:5] == b"%PDF-"
    assert AuditEntry.objects.filter(action="insight.made_report:export").count() == 2

    rows = client.get("/api/v1/made-reports").json()
    assert [row["uid"] for row in rows["items"]] == [str(report.uid)]
    assert client.get(f"/api/v1/made-reports/{report.uid}").json()["snapshot"]["volume"] == "offered"
    leader = signed_in(viewer("leader", calls["east1"]))
    assert leader.get("/api/v1/made-reports").json()["items"] == []
    for path in ("", "pdf/", "xlsx/"):
        assert leader.get(f"/made-reports/{report.uid}/{path}").status_code == 404
    assert client_of("agent").get("/made-reports/").status_code == 403


def test_the_plan_page_saves_and_makes(calls: Nodes) -> None:
    client = client_of("manager")
    given = {
        "name": "月报",
        "cadence": "monthly",
        "spread": "one",
        "make_at": "08:00",
        "language": "en",
        "is_active": "on",
    }
    assert client.post("/made-reports/plans/new/", {**given, "addresses": "nobody"}).status_code == 422
    assert client.post("/made-reports/plans/new/", {**given, "addresses": "a@example.com"}).status_code == 302
    found = ReportPlan.objects.get()
    page = client.get(f"/made-reports/plans/{found.uid}/").content.decode()
    assert "a@example.com" not in page
    assert client.post(f"/made-reports/plans/{found.uid}/make/", {"day": "2025-10-15"}).status_code == 302
    jobs.drain()
    assert MadeReport.objects.get().title == "Centre Monthly report 2025-10"
