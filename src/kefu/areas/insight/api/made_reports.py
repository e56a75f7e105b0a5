"""Made reports over HTTP: list, read, download."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from kefu.areas.insight import permissions, queries, services
from kefu.areas.insight.choices import Cadence, ReportState
from kefu.areas.insight.models import MadeReport
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.api.paging import KeysetPage, PageQuery, keyset_page
from kefu.platform.files.rules import XLSX

router = Router()


class MadeReportOut(Schema):
    """A version of a report."""

    uid: UUID
    title: str
    cadence: Cadence
    unit: str | None = Field(description="Code of the unit; null is the whole centre")
    starts_on: date
    ends_on: date = Field(description="The day after the last")
    number: int
    is_latest: bool
    reason: str
    state: ReportState
    is_complete: bool
    digest: str
    made_at: datetime
    sent_at: datetime | None
    archived_at: datetime | None


class MadeReportBody(MadeReportOut):
    """The report with its frozen numbers and comments."""

    comments: dict[str, str]
    summary: list[str]
    snapshot: dict[str, Any]


class ReportQuery(PageQuery):
    """Which reports; only the newest versions unless asked otherwise."""

    cadence: Cadence | None = None
    state: ReportState | None = None
    all_versions: bool = False


def _out(report: MadeReport) -> dict[str, Any]:
    given = {name: getattr(report, name) for name in MadeReportOut.model_fields if name != "unit"}
    return {**given, "unit": report.node.code if report.node else None}


@router.get("", response=KeysetPage[MadeReportOut], summary="List made reports")
@requires(permissions.VIEW_MADE)
def list_reports(request: HttpRequest, query: Query[ReportQuery]) -> Any:
    """Reports inside the scope, newest first."""
    rows = queries.made_reports(actor_of(request)).defer("snapshot", "comments")
    if not query.all_versions:
        rows = rows.filter(is_latest=True)
    if query.cadence is not None:
        rows = rows.filter(cadence=query.cadence)
    if query.state is not None:
        rows = rows.filter(state=query.state)
    return keyset_page(rows, query, order=("-id",), present=lambda row: MadeReportOut(**_out(row)))


@router.get("/{uuid:uid}", response=MadeReportBody, summary="Read a made report")
@requires(permissions.VIEW_MADE)
def read_report(request: HttpRequest, uid: UUID) -> Any:
    """Its numbers as they were frozen, and what people said."""
    report = queries.made_report(actor_of(request), uid)
    more = {"comments": report.comments, "summary": queries.document(report).summary, "snapshot": report.snapshot}
    return {**_out(report), **more}


@router.get("/{uuid:uid}/pdf", summary="Download a made report as PDF")
@requires(permissions.TAKE_REPORT)
def download_pdf(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The report on paper; where it names agents it bears the receiver."""
    report = _taken(request, uid, "pdf")
    return HttpResponse(services.pdf_of(report, receiver=actor_of(request).label), content_type="application/pdf")


@router.get("/{uuid:uid}/xlsx", summary="Download a made report as workbook")
@requires(permissions.TAKE_REPORT)
def download_xlsx(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The report as a workbook of several sheets."""
    return HttpResponse(services.xlsx_of(_taken(request, uid, "xlsx")), content_type=XLSX)


def _taken(request: HttpRequest, uid: UUID, ending: str) -> MadeReport:
    viewer = actor_of(request)
    report = queries.made_report(viewer, uid)
    services.take_report(actor=viewer, report=report, ending=ending)
    return report
