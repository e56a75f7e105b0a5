"""Made reports: the list, the document, and what may be done with it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kefu.areas.insight import permissions, queries, services
from kefu.areas.insight.choices import Cadence, ReportState
from kefu.areas.insight.engine import report_periods
from kefu.areas.insight.models import MadeReport
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.models import User
from kefu.platform.files.rules import XLSX, safe_name
from kefu.platform.privacy import queries as privacy
from kefu.platform.webui.forms import Form
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import Column, Empty, Table, View, filters, table_page

ACTIVE = {"active": "insight.made_reports"}


class MadeReportTable(Table):
    """The newest version of every report in sight."""

    name = "insight.made_reports"
    caption = gettext_lazy("运营报告")
    order = ("-starts_on", "-id")
    columns = [
        Column("title", gettext_lazy("报告"), link=True),
        Column("state", gettext_lazy("状态"), kind="state", choices=ReportState, card="side"),
        Column("cadence", gettext_lazy("周期"), render=lambda row: row.get_cadence_display()),
        Column("starts_on", gettext_lazy("开始日期"), kind="date", sort="starts_on"),
        Column("number", gettext_lazy("版本"), kind="number", priority=2),
        Column(
            "is_complete",
            gettext_lazy("数据"),
            render=lambda row: _("完整") if row.is_complete else _("不完整"),
        ),
        Column("made_at", gettext_lazy("生成时间"), kind="when", sort="made_at"),
    ]
    filters = [
        filters.TextFilter(name="q", label=gettext_lazy("标题"), fields=("title",)),
        filters.ChoiceFilter(name="cadence", label=gettext_lazy("周期"), field="cadence", choices=Cadence.choices),
        filters.MultiFilter(name="state", label=gettext_lazy("状态"), field="state", choices=ReportState.choices),
        filters.DateRangeFilter(name="day", label=gettext_lazy("开始日期"), field="starts_on", dates=True),
    ]
    views = [
        View("all", gettext_lazy("全部")),
        View("made", gettext_lazy("待审核"), {"state": ["made"]}, tone="warn"),
        View("monthly", gettext_lazy("月报"), {"cadence": "monthly"}),
    ]
    empty = Empty(
        "file-text",
        gettext_lazy("还没有运营报告"),
        gettext_lazy("报告计划到点后会自动生成，也可以在“报告计划”里立即生成。"),
    )

    def rows(self) -> QuerySet[Any]:
        """Snapshots stay where they are."""
        return queries.made_reports(self.viewer).filter(is_latest=True).defer("snapshot", "comments")

    def row_url(self, row: Any) -> str:
        return reverse("insight:made_report", args=[row.uid])


class CommentForm(Form):
    """A box for each place."""

    lock = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in queries.comment_labels().items():
            box = forms.Textarea(attrs={"rows": 4, "class": "ui-inp"})
            self.fields[code] = forms.CharField(label=label, required=False, widget=box)

    @property
    def boxes(self) -> list[Any]:
        """The visible fields."""
        return [self[code] for code in queries.comment_labels()]


@require_safe
@requires(permissions.VIEW_MADE)
def index(request: HttpRequest) -> HttpResponseBase:
    """The reports, newest first."""
    return table_page(request, MadeReportTable(request), context={**ACTIVE, "title": _("运营报告")})


@require_safe
@requires(permissions.VIEW_MADE)
def detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The document with its comments and history."""
    viewer = actor_of(request)
    return render(request, "insight/made/page.html", _context(viewer, queries.made_report(viewer, uid)))


@require_POST
@requires(permissions.REVIEW_REPORT)
def comments(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Save what people say."""
    viewer = actor_of(request)
    report = queries.made_report(viewer, uid)
    form = CommentForm(request.POST)
    if form.is_valid():
        said = {code: form.cleaned_data[code] for code in queries.comment_labels()}
        try:
            services.save_comments(actor=viewer, report_id=report.pk, comments=said, lock=form.cleaned_data["lock"])
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return _back(request, report, _("已保存点评"))
    return render(request, "insight/made/page.html", {**_context(viewer, report), "form": form}, status=422)


@require_POST
@requires(permissions.REVIEW_REPORT)
def review(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Release the report."""
    viewer = actor_of(request)
    report = queries.made_report(viewer, uid)
    services.review_report(actor=viewer, report_id=report.pk)
    return _back(request, report, _("已审核，可以发送"))


@require_POST
@requires(permissions.SEND_REPORT)
def send(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send the copies."""
    viewer = actor_of(request)
    report = queries.made_report(viewer, uid)
    services.send_report(actor=viewer, report_id=report.pk)
    return _back(request, report, _("已提交发送"))


@require_POST
@requires(permissions.REVIEW_REPORT)
def archive(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Close the report for good."""
    viewer = actor_of(request)
    report = queries.made_report(viewer, uid)
    services.archive_report(actor=viewer, report_id=report.pk)
    return _back(request, report, _("已归档"))


@require_POST
@requires(permissions.MAKE_REPORT)
def correct(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A new version with today's numbers."""
    viewer = actor_of(request)
    report = queries.made_report(viewer, uid)
    try:
        made = services.correct_report(actor=viewer, report_id=report.pk, reason=request.POST.get("reason", ""))
    except InvalidInput as error:
        context = {**_context(viewer, report), "correct_error": error.message}
        return render(request, "insight/made/page.html", context, status=422)
    return _back(request, made, _("已生成第 %(n)s 版") % {"n": made.number})


@require_safe
@requires(permissions.TAKE_REPORT)
def pdf(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The report as PDF."""
    report = _taken(request, uid, "pdf")
    user = User.objects.filter(pk=actor_of(request).user_id).first()
    return _file(services.pdf_of(report, receiver=user.display_name if user else ""), report, "pdf")


@require_safe
@requires(permissions.TAKE_REPORT)
def xlsx(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The report as a workbook."""
    report = _taken(request, uid, "xlsx")
    return _file(services.xlsx_of(report), report, "xlsx")


def _taken(request: HttpRequest, uid: UUID, ending: str) -> MadeReport:
    """The report, if the viewer may take it along; written down."""
    viewer = actor_of(request)
    report = queries.made_report(viewer, uid)
    services.take_report(actor=viewer, report=report, ending=ending)
    return report


def _file(content: bytes, report: MadeReport, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX if ending == "xlsx" else "application/pdf")
    name = quote(safe_name(services.file_name(report, ending)))
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["Cache-Control"] = "private, no-store"
    return response


def _back(request: HttpRequest, report: MadeReport, text: str) -> HttpResponse:
    return redirect_or_hx(request, reverse("insight:made_report", args=[report.uid]), text=text)


def _context(viewer: Actor, report: MadeReport) -> dict[str, Any]:
    versions = list(queries.versions_of(report).defer("comments"))
    earlier = next((v for v in versions if v.number == report.number - 1), None)
    copies = list(report.copies.select_related("user", "message"))
    masks = privacy.masked([copy.token for copy in copies])
    may = {
        name: queries.reaches(viewer, permission, report.node_id)
        for name, permission in (
            ("review", permissions.REVIEW_REPORT),
            ("send", permissions.SEND_REPORT),
            ("make", permissions.MAKE_REPORT),
            ("take", permissions.TAKE_REPORT),
        )
    }
    return {
        **ACTIVE,
        "title": report.title,
        "report": report,
        "doc": queries.document(report),
        "form": CommentForm(initial={**report.comments, "lock": report.lock}),
        "versions": versions,
        "latest": next((v for v in versions if v.is_latest), report),
        "changed": queries.differences(earlier, report) if earlier else [],
        "earlier": earlier,
        "drifts": queries.drifts(report) if report.is_latest else [],
        "is_whole": queries.is_whole(report),
        "copies": [
            {"copy": copy, "name": copy.user.display_name if copy.user else masks.get(bytes(copy.token or b""), "")}
            for copy in copies
        ],
        "may": may,
        "period": report_periods.name(report.cadence, report.starts_on),
    }
