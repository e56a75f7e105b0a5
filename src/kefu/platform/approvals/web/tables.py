"""The lists of requests: what waits for the viewer, what they asked for, and all they may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.platform.access import queries as access
from kefu.platform.access.models import User
from kefu.platform.approvals import queries
from kefu.platform.approvals.choices import RequestState, SeatState, StepState
from kefu.platform.approvals.models import Request, Seat, Step
from kefu.platform.approvals.presenting import summary_of
from kefu.platform.approvals.registry import APPROVAL_KINDS
from kefu.platform.webui.tables import BulkAction, Column, Empty, Table, View, filters
from kefu.platform.webui.templatetags import kit


def kind_choices(viewer: Actor) -> list[tuple[str, str]]:
    """The kinds with their words, for filters."""
    return sorted(((kind.code, str(kind.label)) for kind in APPROVAL_KINDS), key=lambda pair: pair[1])


def _who(row: Any) -> SafeString:
    name = row.requester.display_name if row.requester is not None else gettext("系统")
    if row.subject is None or row.subject_id == row.requester_id:
        return format_html("{}", name)
    return format_html("{} → {}", name, row.subject.display_name)


def _due(row: Any) -> object:
    if row.step_due_at is None:
        return ""
    start = row.step_opened_at or row.created_at
    return kit.sla(row.step_due_at, clock.now(), max(int((row.step_due_at - start).total_seconds()), 1))


def _waiting_for(row: Any) -> str:
    return "、".join(row.deciders)


def _about(row: Any) -> SafeString:
    lines = [line for line in summary_of(row) if line.value and not line.token][:2]
    text = "；".join(f"{line.label}：{line.value}" for line in lines) or row.comment
    if row.amount is not None:
        text = f"{'¥' if row.currency == 'CNY' else row.currency} {row.amount:,.2f} {text}"
    name = format_html(' <span class="ui-tag" data-tone="info">{}</span>', row.in_name_of) if row.in_name_of else ""
    return format_html("{}{}", text[:120], name)


def _act(row: Any) -> SafeString:
    answer = reverse("approvals:answer", args=[row.number])
    return format_html(
        '<span class="ui-approve-acts"><button class="ui-btn ui-btn-pri" formaction="{}" name="step" value="{}" '
        'data-approve aria-label="{}">{}{}</button><a class="ui-btn" href="{}" hx-get="{}" hx-target="#ui-dialog-body" '
        'hx-swap="innerHTML" data-decline aria-label="{}">{}{}</a></span>',
        reverse("approvals:approve", args=[row.number]),
        row.step_id,
        gettext("批准 %(number)s") % {"number": row.number},
        kit.icon("check"),
        gettext("批准"),
        answer,
        answer,
        gettext("驳回或退回 %(number)s") % {"number": row.number},
        kit.icon("x"),
        gettext("驳回"),
    )


def with_step(rows: QuerySet[Request]) -> QuerySet[Request]:
    """The requests with key, opening and due instant of the step that waits."""
    step = Step.objects.filter(request=OuterRef("pk"), state=StepState.WAITING)
    return rows.annotate(
        step_id=Subquery(step.values("pk")[:1]),
        step_opened_at=Subquery(step.values("opened_at")[:1]),
        step_due_at=Subquery(step.values("due_at")[:1]),
        step_overdue=Subquery(step.values("is_overdue")[:1]),
    ).select_related("requester", "subject", "node")


def _late(rows: QuerySet[Any], is_late: bool) -> QuerySet[Any]:
    late = Step.objects.filter(state=StepState.WAITING, is_overdue=True).values("request_id")
    return rows.filter(pk__in=late) if is_late else rows.exclude(pk__in=late)


class WaitingTable(Table):
    """What waits for the viewer, the oldest first; approved with one tap."""

    name = "approvals.waiting"
    caption = _("待我审批")
    order = ("created_at", "id")
    columns = [
        Column("title", _("申请"), link=True),
        Column("due", _("答复时限"), render=_due, card="side"),
        Column("kind_label", _("申请类型"), priority=2),
        Column("who", _("申请人"), render=_who),
        Column("about", _("内容"), render=_about),
        Column("created_at", _("提交时间"), kind="when", sort="created_at", priority=2),
        Column("act", _("审批"), render=_act, export=False, css="ui-approve-cell"),
    ]
    filters = [
        filters.TextFilter(name="q", label=_("申请"), fields=("title", "number", "requester__display_name")),
        filters.MultiFilter(name="kind", label=_("申请类型"), choices=kind_choices),
        filters.BoolFilter(name="late", label=_("超时"), apply=_late),
    ]
    views = [View("all", _("全部")), View("late", _("已超时"), {"late": "1"}, tone="bad")]
    empty = Empty("clipboard-check", _("没有待您审批的申请"), _("别人提交给您的申请会出现在这里，并通知您。"))

    def rows(self) -> QuerySet[Any]:
        return with_step(queries.waiting_for(self.viewer.user_id))

    def prepare(self, rows: list[Any]) -> list[Any]:
        """In whose name a deputy would decide."""
        me = self.viewer.user_id or 0
        seats: dict[int, list[int]] = {}
        principals = (me, *access.acting_for(me))
        for step, principal in Seat.objects.filter(
            step_id__in=[row.step_id for row in rows], state=SeatState.WAITING, principal_id__in=principals
        ).values_list("step_id", "principal_id"):
            seats.setdefault(step, []).append(principal)
        names = dict(User.objects.filter(pk__in=principals).values_list("pk", "display_name"))
        for row in rows:
            found = seats.get(row.step_id, [])
            others = "、".join(names.get(pk, "") for pk in found)
            row.in_name_of = "" if me in found or not found else gettext("代 %(who)s 审批") % {"who": others}
        return rows

    def row_url(self, row: Any) -> str:
        return reverse("approvals:request", args=[row.number])

    def row_id(self, row: Any) -> str:
        return str(row.step_id)

    def bulk_actions(self) -> Sequence[BulkAction]:
        return [BulkAction(_("批准所选"), reverse("approvals:approve_many"), icon="check-check")]


class RequestTable(Table):
    """All requests that the viewer may see."""

    name = "approvals.requests"
    caption = _("申请记录")
    order = ("-created_at", "-id")
    columns = [
        Column("title", _("申请"), link=True),
        Column("state", _("状态"), kind="state", choices=RequestState, card="side"),
        Column("number", _("申请编号"), priority=2),
        Column("kind_label", _("申请类型")),
        Column("who", _("申请人"), render=_who),
        Column("deciders", _("等待审批人"), render=_waiting_for),
        Column("created_at", _("提交时间"), kind="when", sort="created_at"),
        Column("closed_at", _("结束时间"), kind="when", priority=2),
    ]
    filters = [
        filters.TextFilter(name="q", label=_("申请"), fields=("title", "number", "requester__display_name")),
        filters.MultiFilter(name="kind", label=_("申请类型"), choices=kind_choices),
        filters.MultiFilter(name="state", label=_("状态"), choices=RequestState.choices),
        filters.BoolFilter(name="late", label=_("超时"), apply=_late),
        filters.DateRangeFilter(name="day", label=_("提交日期"), field="created_at"),
    ]
    views = [
        View("live", _("进行中"), {"state": ["waiting", "returned"]}),
        View("late", _("已超时"), {"state": ["waiting"], "late": "1"}, tone="bad"),
        View("all", _("全部")),
    ]
    export_permission = ""
    empty = Empty("clipboard-check", _("没有申请"), _("提交的申请和审批结果会保存在这里。"))

    def rows(self) -> QuerySet[Any]:
        return with_step(queries.requests_for(self.viewer))

    def prepare(self, rows: list[Any]) -> list[Any]:
        """For whom each request waits."""
        waiting: dict[int, list[str]] = {}
        seats = Seat.objects.filter(step_id__in=[row.step_id for row in rows if row.step_id], state=SeatState.WAITING)
        for step, name in seats.annotate(name=F("principal__display_name")).values_list("step_id", "name"):
            waiting.setdefault(step, []).append(name)
        for row in rows:
            row.deciders = waiting.get(row.step_id, [])
        return rows

    def row_url(self, row: Any) -> str:
        return reverse("approvals:request", args=[row.number])


class MineTable(RequestTable):
    """What the viewer asked for."""

    name = "approvals.mine"
    caption = _("我发起的")
    views = [
        View("live", _("进行中"), {"state": ["waiting", "returned"]}),
        View("returned", _("待我补充"), {"state": ["returned"]}, tone="warn"),
        View("all", _("全部")),
    ]
    empty = Empty("send", _("没有您发起的申请"), _("在各页面提交的申请会出现在这里。"))

    def rows(self) -> QuerySet[Any]:
        return super().rows().filter(requester_id=self.viewer.user_id)
