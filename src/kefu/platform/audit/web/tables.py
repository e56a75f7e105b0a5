"""The list of audit entries."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.platform.audit import labels, permissions, queries
from kefu.platform.audit.models import AuditEntry
from kefu.platform.webui.tables import Column, Empty, Table, View, filters
from kefu.platform.webui.templatetags import kit


def by_target(rows: QuerySet[AuditEntry], value: str) -> QuerySet[AuditEntry]:
    """The whole target, or all of one kind (``access.user``)."""
    return rows.filter(Q(target=value) | Q(target__startswith=value.rstrip(":") + ":"))


def action_html(row: AuditEntry) -> SafeString:
    """Words and code of the action."""
    words = labels.label_of(row.action)
    if words == row.action:
        return format_html('<span class="ui-mono">{}</span>', row.action)
    return format_html('{} <span class="ui-mono ui-xs ui-muted">{}</span>', words, row.action)


def target_html(row: AuditEntry) -> SafeString:
    """The target, long digests cut."""
    text = row.target if len(row.target) <= 40 else row.target[:38] + "…"
    return format_html('<span class="ui-mono ui-sm" title="{}">{}</span>', row.target, text)


def seal_html(row: AuditEntry) -> SafeString:
    """Whether the entry is part of the chain yet."""
    if row.seq is None:
        return kit.badge(_("待封存"), "neutral", "clock")
    return kit.badge(_("已封存"), "ok", "lock")


class EntryTable(Table):
    """The trail, newest first."""

    name = "audit.entries"
    order = ("-id",)
    caption = gettext_lazy("审计记录")
    drawer = True
    export_permission = permissions.ENTRY_VIEW
    export_name = "audit"
    columns = [
        Column(
            "at",
            gettext_lazy("时间"),
            render=lambda row: kit.when(row.at, seconds=True),
            export_value=lambda row: row.at.isoformat(),
        ),
        Column("actor_label", gettext_lazy("操作人"), link=True),
        Column("action", gettext_lazy("操作"), render=action_html, export_value=lambda row: row.action),
        Column("target", gettext_lazy("对象"), render=target_html, export_value=lambda row: row.target),
        Column("reason", gettext_lazy("理由"), priority=2),
        Column("ip", gettext_lazy("网络地址"), priority=2),
        Column("seal", gettext_lazy("封存"), render=seal_html, card="side", export_value=lambda row: row.seq),
    ]
    filters = [
        filters.TextFilter(
            name="who", label=gettext_lazy("操作人"), field="actor_label", placeholder=gettext_lazy("账号"), wide=False
        ),
        filters.ChoiceFilter(name="action", label=gettext_lazy("操作"), choices=lambda viewer: labels.known_actions()),
        filters.TextFilter(
            name="target", label=gettext_lazy("对象"), placeholder="access.user:12", apply=by_target, wide=False
        ),
        filters.DateRangeFilter(name="day", label=gettext_lazy("日期"), field="at"),
    ]
    views = [
        View("all", gettext_lazy("全部")),
        View("reveals", gettext_lazy("查看个人信息"), {"action": "privacy.value:reveal"}),
        View("sign_ins", gettext_lazy("登录"), {"action": "access.session:sign_in"}),
    ]
    empty = Empty("shield-check", gettext_lazy("没有符合条件的审计记录"), gettext_lazy("换一个日期或操作人再查。"))

    def rows(self) -> QuerySet[AuditEntry]:
        """The trail."""
        return queries.entries_visible_to(self.viewer)

    def row_url(self, row: Any) -> str:
        """The entry's details."""
        return reverse("audit:entry", args=[row.pk])
