"""The inbox: one's own notices, unread ones first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kefu.kernel.actor import Actor
from kefu.platform.access.guard import actor_of, signed_in
from kefu.platform.notify import queries, services
from kefu.platform.notify.models import Notice
from kefu.platform.notify.registry import NOTICE_KINDS
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import BulkAction, Column, Empty, Table, View, filters, table_page
from kefu.platform.webui.templatetags import kit

ACTIVE = {"active": "notify.inbox"}


def _kinds(viewer: Actor) -> list[tuple[str, str]]:
    return sorted(((kind.code, str(kind.label)) for kind in NOTICE_KINDS), key=lambda pair: pair[1])


def _title(row: Notice) -> SafeString:
    mark = format_html('<span class="ui-unread">{}</span>', _("未读")) if row.is_unread else ""
    return format_html(
        '<span class="ui-notice"{}>{}<span>{}{}</span></span>',
        SafeString(" data-unread") if row.is_unread else "",
        kit.icon(row.icon),
        mark,
        row.title_text,
    )


class NoticeTable(Table):
    """One's own notices."""

    name = "notify.inbox"
    caption = gettext_lazy("收件箱")
    order = ("-is_unread", "-id")
    columns = [
        Column("title", gettext_lazy("通知"), render=_title, link=True),
        Column("body", gettext_lazy("内容"), render=lambda row: row.body_text[:160]),
        Column("kind", gettext_lazy("类别"), render=lambda row: row.kind_label, priority=2),
        Column("created_at", gettext_lazy("时间"), kind="when", card="side"),
    ]
    filters = [
        filters.MultiFilter(name="kind", label=gettext_lazy("类别"), choices=_kinds),
        filters.BoolFilter(name="unread", label=gettext_lazy("未读"), field="is_unread"),
    ]
    views = [
        View("all", gettext_lazy("全部")),
        View("unread", gettext_lazy("未读"), {"unread": "1"}, tone="warn"),
    ]
    empty = Empty("bell", gettext_lazy("没有通知"), gettext_lazy("需要您知道或处理的事会出现在这里。"))

    def rows(self) -> QuerySet[Any]:
        return queries.inbox(self.viewer)

    def row_url(self, row: Any) -> str:
        return reverse("notify:notice", args=[row.pk])

    def bulk_actions(self) -> Sequence[BulkAction]:
        return [
            BulkAction(gettext_lazy("标为已读"), reverse("notify:read"), icon="check-check"),
            BulkAction(gettext_lazy("标为未读"), reverse("notify:unread"), icon="mail"),
        ]


@require_safe
@signed_in
def index(request: HttpRequest) -> HttpResponseBase:
    """The list."""
    actor = actor_of(request)
    context = {**ACTIVE, "title": _("收件箱"), "unread": queries.unread_count(actor.user_id or 0)}
    return table_page(request, NoticeTable(request), "notify/inbox.html", context)


@require_safe
@signed_in
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice; looking at it marks it as read (not through somebody else's eyes)."""
    actor = actor_of(request)
    notice = queries.notice(actor, pk)
    if getattr(request, "viewing", None) is None:
        services.mark_read(actor=actor, ids=[pk])
    return render(request, "notify/notice.html", {**ACTIVE, "title": notice.title_text, "notice": notice})


@require_POST
@signed_in
def read(request: HttpRequest) -> HttpResponse:
    """Mark the ticked ones as read."""
    count = services.mark_read(actor=actor_of(request), ids=_ids(request))
    return redirect_or_hx(request, reverse("notify:inbox"), text=_("已标为已读 %(count)d 条") % {"count": count})


@require_POST
@signed_in
def unread(request: HttpRequest) -> HttpResponse:
    """Mark the ticked ones as unread."""
    count = services.mark_unread(actor=actor_of(request), ids=_ids(request))
    return redirect_or_hx(request, reverse("notify:inbox"), text=_("已标为未读 %(count)d 条") % {"count": count})


@require_POST
@signed_in
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    count = services.mark_all_read(actor=actor_of(request))
    return redirect_or_hx(request, reverse("notify:inbox"), text=_("已标为已读 %(count)d 条") % {"count": count})


def _ids(request: HttpRequest) -> list[int]:
    return [int(value) for value in request.POST.getlist("id")[:200] if value.isdecimal() and len(value) < 19]
