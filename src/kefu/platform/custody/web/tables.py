"""Lists of requests, holds and rounds."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kefu.kernel import clock
from kefu.platform.custody import queries
from kefu.platform.custody.choices import (
    OPEN_REQUEST_STATES,
    HoldKind,
    RequestKind,
    RequestState,
    RunState,
)
from kefu.platform.custody.models import LegalHold, RetentionRun, SubjectRequest
from kefu.platform.privacy.registry import RETENTIONS, SUBJECT_KINDS
from kefu.platform.webui.tables import Column, Empty, Table, View, filters
from kefu.platform.webui.templatetags import kit


def subject(row: Any) -> str:
    """Kind and title of the subject."""
    kind = SUBJECT_KINDS.find(row.subject_kind)
    return f"{kind.label} {kind.title(row.subject_ref)}" if kind else "—"


class RequestTable(Table):
    """Requests, newest first."""

    name = "privacy.requests"
    caption = _("个人信息请求")
    order = ("-id",)
    columns = [
        Column("number", _("编号"), link=True),
        Column("state", _("状态"), kind="state", choices=RequestState, card="side"),
        Column("kind", _("请求"), kind="state", choices=RequestKind),
        Column("subject", _("对象"), render=subject, export_value=subject),
        Column("due_on", _("最迟答复"), render=lambda row: row.due_on.isoformat()),
        Column("recorded_at", _("登记时间"), kind="when", priority=2),
        Column("recorded_by", _("登记人"), accessor="recorded_by.display_name", priority=2),
    ]
    filters = [
        filters.ChoiceFilter(name="state", label=_("状态"), choices=RequestState.choices),
        filters.ChoiceFilter(name="kind", label=_("请求"), choices=RequestKind.choices),
    ]
    views = [View("open", _("待办理"), {"state": OPEN_REQUEST_STATES[0].value}), View("all", _("全部"))]
    empty = Empty("inbox", _("没有个人信息请求"), _("客户或员工要求查阅、复制或删除时，在这里登记。"))

    def rows(self) -> QuerySet[SubjectRequest]:
        """All of them."""
        return queries.requests_visible_to(self.viewer)

    def row_url(self, row: Any) -> str:
        """The request."""
        return reverse("custody:request", args=[row.pk])


def hold_state(row: LegalHold) -> Any:
    """Whether it still holds."""
    if row.lifted_at is not None:
        return kit.badge(_("已解除"), "neutral", "lock-open")
    if row.until is not None and row.until < clock.local_date(clock.now()):
        return kit.badge(_("已到期"), "neutral", "clock")
    return kit.badge(_("生效中"), "warn", "lock")


def hold_scope(row: LegalHold) -> str:
    """What it keeps."""
    if row.kind == HoldKind.SUBJECT:
        return subject(row)
    if row.kind == HoldKind.PERIOD:
        return f"{row.starts_on} – {row.ends_on}"
    return str(HoldKind.EVERYTHING.label)


class HoldTable(Table):
    """Holds, newest first."""

    name = "privacy.holds"
    caption = _("法律保全")
    order = ("-id",)
    columns = [
        Column("scope", _("范围"), render=hold_scope, export_value=hold_scope, link=True),
        Column("state", _("状态"), render=hold_state, card="side", export_value=lambda row: str(row.lifted_at or "")),
        Column("reason", _("理由")),
        Column("until", _("保全至"), render=lambda row: row.until.isoformat() if row.until else "—"),
        Column("placed_by", _("设置人"), accessor="placed_by.display_name", priority=2),
        Column("placed_at", _("设置时间"), kind="when", priority=2),
    ]
    empty = Empty("lock", _("没有法律保全"), _("诉讼、调查期间，可以让某人或某段时间的信息暂不删除。"))

    def rows(self) -> QuerySet[LegalHold]:
        """All of them."""
        return LegalHold.objects.select_related("placed_by")

    def row_url(self, row: Any) -> str:
        """Where it is lifted."""
        return reverse("custody:lift_hold", args=[row.pk])


def counted(row: RetentionRun) -> Any:
    """What went, by retention."""
    if not row.counts:
        return "—"
    return format_html("{}", "，".join(f"{label_of(code)} {count}" for code, count in row.counts.items()))


def label_of(code: str) -> str:
    """A retention in words."""
    known = RETENTIONS.find(code)
    return str(known.label) if known else code


class RunTable(Table):
    """Rounds, newest first."""

    name = "privacy.runs"
    caption = _("清理记录")
    order = ("-id",)
    columns = [
        Column("started_at", _("开始时间"), kind="when"),
        Column("state", _("状态"), kind="state", choices=RunState, card="side"),
        Column("started_by", _("发起人")),
        Column("counts", _("清理数量"), render=counted, export_value=counted),
        Column("finished_at", _("结束时间"), kind="when", priority=2),
    ]
    empty = Empty("calendar-clock", _("还没有清理记录"), _("每天凌晨自动清理到期的信息。"))

    def rows(self) -> QuerySet[RetentionRun]:
        """All of them."""
        return queries.runs()
