"""The list of delegations."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.kernel import clock
from kefu.platform.access import queries
from kefu.platform.access.choices import DelegationState
from kefu.platform.access.models import Delegation
from kefu.platform.access.web.tables import post_button
from kefu.platform.webui.tables import Column, Empty, Table, View, filters
from kefu.platform.webui.templatetags import kit


def _open(rows: QuerySet[Delegation], wanted: bool) -> QuerySet[Delegation]:
    now = clock.now()
    still = rows.filter(ended_at__isnull=True, ends_at__gt=now)
    return still if wanted else rows.exclude(pk__in=still.values("pk"))


class DelegationTable(Table):
    """All delegations that the viewer may see."""

    name = "access.delegations"
    order = ("-starts_at", "-id")
    caption = gettext_lazy("代理")
    filters = [
        filters.TextFilter(
            name="q",
            label=gettext_lazy("委托人或代理人"),
            fields=(
                "principal__username",
                "principal__display_name",
                "deputy__username",
                "deputy__display_name",
            ),
        ),
        filters.BoolFilter(
            name="open",
            label=gettext_lazy("状态"),
            yes=gettext_lazy("未结束"),
            no=gettext_lazy("已结束"),
            apply=_open,
        ),
    ]
    views = [
        View("open", gettext_lazy("未结束"), {"open": "1"}),
        View("ended", gettext_lazy("已结束"), {"open": "0"}),
    ]
    columns = [
        Column("principal", gettext_lazy("委托人"), accessor="principal.display_name", kind="avatar", link=True),
        Column("deputy", gettext_lazy("代理人"), accessor="deputy.display_name"),
        Column("starts_at", gettext_lazy("开始时间"), kind="when", sort="starts_at"),
        Column("ends_at", gettext_lazy("结束时间"), kind="when", sort="ends_at"),
        Column("reason", gettext_lazy("原因"), priority=2),
        Column("state", gettext_lazy("状态"), render=lambda row: kit.state(row.state_at(clock.now())), card="side"),
        Column("action", gettext_lazy("操作"), render=lambda row: _end_button(row), export=False),
    ]
    empty = Empty("user-check", gettext_lazy("没有代理"), gettext_lazy("有人休假时，可以让别人在这段时间代行其权限。"))

    def rows(self) -> QuerySet[Delegation]:
        """The delegations that the viewer may see."""
        return queries.delegations_visible_to(self.viewer)


def _end_button(row: Delegation) -> Any:
    if row.state_at(clock.now()) not in {DelegationState.PLANNED, DelegationState.RUNNING}:
        return mark_safe("")
    return post_button(
        reverse("access:end_delegation", args=[row.pk]),
        _("结束代理"),
        icon="ban",
        ask=_("结束 %(deputy)s 对 %(name)s 的代理？")
        % {"deputy": row.deputy.display_name, "name": row.principal.display_name},
    )
