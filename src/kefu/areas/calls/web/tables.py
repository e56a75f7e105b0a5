"""The list of call records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kefu.areas.calls import permissions, queries
from kefu.areas.calls.choices import Outcome
from kefu.areas.calls.models import QueueVisit
from kefu.areas.people import queries as people
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.platform.access.queries import subtree_ids
from kefu.platform.privacy.rendering import masked_html
from kefu.platform.webui import formats
from kefu.platform.webui.tables import Column, Empty, Table, View, filters
from kefu.platform.webui.templatetags import kit

LONG_WAIT_SECONDS = 60


def today() -> date:
    """The local day of now."""
    return clock.local_date(clock.now())


def _by_number(rows: QuerySet[Any], number: str) -> QuerySet[Any]:
    return rows.filter(caller_token__in=queries.caller_tokens(number))


def _by_agent(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """An agent's login, or the number of the employee behind it."""
    if code == "me":
        return rows
    return rows.filter(agent_id__in=queries.agent_ids_called(code))


def _by_team(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(team_node_id__in=subtree_ids(queries.node_ids_called(code)))


def _by_site(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(queue_node_id__in=subtree_ids(queries.node_ids_called(code)))


def _summed_up(rows: QuerySet[Any], value: bool) -> QuerySet[Any]:
    return rows.filter(outcome=Outcome.ANSWERED, disposition__isnull=not value)


def _outcome(row: Any) -> SafeString:
    """Answered and still talking is another thing than answered and done."""
    if row.is_talking:
        return kit.badge(gettext("通话中"), "info", "phone")
    return kit.state(Outcome(row.outcome))


def _talk(row: Any) -> str:
    """Known once the call has ended."""
    return "" if row.is_talking else formats.duration(row.talk_seconds)


def _handling(row: Any) -> str:
    return "" if row.is_talking else formats.duration(row.handle_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfDayFilter(filters.Filter):
    """Local times from … to … (end exclusive), in quarters of an hour: ``time_from`` and ``time_to``."""

    kind: str = "times"

    @property
    def parameters(self) -> tuple[str, ...]:
        """From and to."""
        return ("time_from", "time_to")

    def read(self, query: QueryDict, viewer: Actor, choices: Any) -> Any:
        """The pair of quarters, either of which may be open."""
        first, last = (self._slot(query.get(name, "")) for name in self.parameters)
        if first is None and last is None:
            return None
        if first is not None and last is not None and first >= last:
            raise filters.FilterError(gettext("开始时刻应早于结束时刻"))
        return first, last

    def look_up(self, rows: QuerySet[Any], value: tuple[int | None, int | None]) -> QuerySet[Any]:
        """Half-open bounds."""
        first, last = value
        if first is not None:
            rows = rows.filter(local_slot__gte=first)
        return rows if last is None else rows.filter(local_slot__lt=last)

    def _slot(self, text: str) -> int | None:
        if not text.strip():
            return None
        hours, colon, minutes = text.strip().partition(":")
        is_time = bool(colon) and hours.isdecimal() and minutes[:2].isdecimal()
        if not is_time or int(hours) > 24 or int(minutes[:2]) > 59 or int(hours) * 60 + int(minutes[:2]) > 1440:
            raise filters.FilterError(gettext("“%(text)s”不是时刻，请写成 09:30") % {"text": text[:20]})
        return -(-(int(hours) * 60 + int(minutes[:2])) // 15)


class VisitTable(Table):
    """The call records that the viewer may see."""

    name = "calls.visits"
    order = ("-entered_at", "-id")
    caption = _("通话记录")
    drawer = True
    export_permission = permissions.VISIT_EXPORT
    export_name = "calls"
    columns = [
        Column("entered_at", _("进入队列"), kind="when", sort="entered_at", link=True),
        Column("outcome", _("结果"), kind="state", choices=Outcome, card="side", render=_outcome),
        Column("queue", _("技能队列"), accessor="queue.name"),
        Column(
            "caller",
            _("主叫"),
            render=lambda row: masked_html(row.viewer, row.caller_token, row.caller_mask, context=row.place),
            export_value=lambda row: row.caller_mask,
        ),
        Column("agent", _("坐席"), render=lambda row: row.agent_name, export_value=lambda row: row.agent_name),
        Column("wait_seconds", _("等待"), kind="duration", sort="wait_seconds"),
        Column("talk_seconds", _("通话"), kind="duration", sort="talk_seconds", render=_talk),
        Column("handle_seconds", _("处理时长"), kind="duration", sort="handle_seconds", priority=2, render=_handling),
        Column("disposition", _("小结"), accessor="disposition.name", priority=2),
        Column("source", _("话务源"), accessor="source.name", priority=2),
    ]
    filters = [
        filters.TextFilter(name="caller", label=_("主叫"), placeholder=_("完整号码"), apply=_by_number, max_length=40),
        filters.DateRangeFilter(name="day", label=_("日期"), field="day", dates=True),
        TimeOfDayFilter(name="time", label=_("时刻"), is_extra=True),
        filters.ChoiceFilter(name="queue", label=_("技能队列"), field="queue__code", choices=queries.queue_choices),
        filters.MultiFilter(name="outcome", label=_("结果"), choices=Outcome.choices),
        filters.TextFilter(
            name="agent",
            label=_("坐席"),
            placeholder=_("坐席工号"),
            apply=_by_agent,
            wide=False,
            max_length=120,
            is_extra=True,
        ),
        filters.ChoiceFilter(name="team", label=_("班组"), choices=queries.team_choices, apply=_by_team),
        filters.ChoiceFilter(name="site", label=_("职场"), choices=queries.site_choices, apply=_by_site, is_extra=True),
        filters.ChoiceFilter(
            name="source", label=_("话务源"), field="source__code", choices=queries.source_choices, is_extra=True
        ),
        filters.NumberRangeFilter(name="wait", label=_("等待"), field="wait_seconds", unit=_("秒"), is_extra=True),
        filters.BoolFilter(
            name="summed", label=_("小结"), apply=_summed_up, yes=_("已小结"), no=_("未小结"), is_extra=True
        ),
        filters.BoolFilter(name="repeat", label=_("重复来电"), field="is_repeat", is_extra=True),
        filters.BoolFilter(name="within", label=_("时限内"), field="is_within_target", is_extra=True),
        filters.BoolFilter(
            name="mine", label=_("本人"), apply=lambda rows, value: rows, yes=_("仅本人"), no=_("全部"), is_extra=True
        ),
    ]
    empty = Empty("phone", _("没有符合条件的通话"), _("换个日期或放宽条件；新的通话会在几秒内出现在这里。"))

    @property
    def views(self) -> Sequence[View]:  # type: ignore[override]
        """The saved views of today."""
        day = today().isoformat()
        on = {"day_from": day, "day_to": day}
        return [
            View("recent", _("全部"), {}),
            View("today", _("今日"), on),
            View("abandoned", _("今日放弃"), on | {"outcome": "abandoned"}, tone="bad"),
            View("long", _("今日长等待"), on | {"wait_min": str(LONG_WAIT_SECONDS)}, tone="warn"),
            View("mine", _("本人今日"), on | {"mine": "1"}),
            View("open", _("今日未小结"), on | {"summed": "0"}, tone="warn"),
        ]

    def narrowed(self, values: Any = None) -> QuerySet[Any]:
        """The rows under the filters; “mine” depends on who asks."""
        rows = super().narrowed(values)
        given = self._values if values is None else values
        if given.get("mine", (None, ""))[0] is True:
            rows = rows.filter(agent_id__in=people.agents_of_user(self.viewer.user_id or 0))
        return rows

    def rows(self) -> QuerySet[QueueVisit]:
        """Inside the viewer's scope."""
        return queries.visits_for(self.viewer).select_related("queue", "source", "agent__employee", "disposition")

    def prepare(self, rows: list[Any]) -> list[Any]:
        """Masks for a page at once."""
        masks = queries.masks_of(rows)
        for row in rows:
            row.viewer = self.viewer
            row.caller_mask = masks.get(bytes(row.caller_token), "") if row.caller_token else ""
            row.place = f"calls.visit:{row.id}"
            row.is_talking = row.outcome == Outcome.ANSWERED and row.ended_at is None
            row.agent_name = queries.agent_name(row.agent)
        return rows

    def row_url(self, row: Any) -> str:
        """The record's own page."""
        return reverse("calls:visit", args=[row.id])
