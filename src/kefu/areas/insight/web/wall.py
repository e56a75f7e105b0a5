"""The wallboard: a frame drawn here, filled and kept fresh by its live topic."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from kefu.areas.insight import permissions, queries
from kefu.areas.insight.choices import Layout, Theme
from kefu.areas.insight.queries import Board
from kefu.areas.insight.web.alerts import rows_of
from kefu.kernel.errors import NotFound
from kefu.kernel.metrics import METRICS, Metric
from kefu.platform.access import queries as access_queries
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import has_permission
from kefu.platform.live import queries as live_queries
from kefu.platform.metrics import links, targets, wording
from kefu.platform.metrics.documentation import target_text

KPIS = (
    ("service_level.f3", "headset"),
    ("waiting", "users"),
    ("longest_wait", "clock"),
    ("abandon_rate", "phone-missed"),
    ("aht", "timer"),
    ("agents_online", "circle-user"),
)
"""The tiles: metric code and icon. Those three that are no ratio come from the totals of the board."""

QUEUE_METRICS = ("service_level.f3", "asa", "abandon_rate", "offered")
SPANS = {"service_level.f3": "ui-w-sl"}


@require_GET
@requires(permissions.VIEW_WALL)
def board(request: HttpRequest) -> HttpResponse:
    """The wallboard inside the product."""
    context = _context(request)
    context["active"] = "insight.wall"
    viewer = actor_of(request)
    if access_queries.has_permission(viewer, permissions.VIEW_ALERT):
        context |= {"may_see_alerts": True, "standing": rows_of(queries.standing_for(viewer))}
    return render(request, "insight/wall.html", context)


@require_GET
@requires(permissions.VIEW_WALL)
def full(request: HttpRequest) -> HttpResponse:
    """The wallboard alone, for a screen that is read from eight metres."""
    context = _context(request)
    layout, theme = request.GET.get("layout", ""), request.GET.get("theme", "")
    context |= {
        "layout": layout if layout in Layout.values else Layout.OVERVIEW.value,
        "wall_theme": theme if theme in Theme.values else Theme.DARK.value,
        "layouts": Layout.choices,
        "themes": Theme.choices,
    }
    return render(request, "insight/wall_full.html", context)


def _context(request: HttpRequest) -> dict[str, Any]:
    boards = queries.boards_for(actor_of(request))
    if not boards:
        return {"boards": [], "board": None}
    wanted = request.GET.get("board") or boards[0].key
    chosen = next((b for b in boards if b.key == wanted), None)
    if chosen is None:
        raise NotFound(_("没有这个大屏，或不在您的数据范围内"))
    body = live_queries.newest(chosen.topic)
    metrics = {m.code: m for m in targets.in_force(METRICS)}
    return {
        "boards": boards,
        "board": chosen,
        "official": _official(request, chosen),
        "title": _("运营大屏"),
        "kpis": [_kpi(code, icon, metrics.get(code)) for code, icon in KPIS],
        "queue_metrics": QUEUE_METRICS,
        "config": {
            "topic": chosen.topic,
            "first": json.loads(body) if body else None,
            "metrics": _definitions(chosen, metrics.values()),
            "zone": settings.TIME_ZONE,
            "states": state_names(),
            "texts": texts(),
        },
        "empty_chart": {"x": [], "series": [{"name": _("等待数据"), "data": []}]},
    }


def _official(request: HttpRequest, board: Board) -> str:
    """Where today's official numbers of the board stand; nothing for those who may not see reports."""
    if not has_permission(actor_of(request), permissions.VIEW_REPORT):
        return ""
    asked = {"period": "today", board.kind: board.code} if board.kind in ("site", "team") else {"period": "today"}
    page = "insight:agents" if board.kind == "team" else "insight:interval"
    return f"{reverse(page)}?{urlencode(asked)}"


def _kpi(code: str, icon: str, metric: Metric | None) -> dict[str, Any]:
    names = {"waiting": _("当前排队"), "longest_wait": _("最长等待"), "agents_online": _("在线坐席")}
    name = str(metric.name) if metric and code not in names else names.get(code, code)
    return {"code": code, "icon": icon, "name": name, "target": target_text(metric) if metric else ""}


def _definitions(board: Board, metrics: Iterable[Metric]) -> dict[str, Any]:
    """What the script must know of each metric to write, judge and link its values."""
    today = timezone.localdate()
    place = {board.kind: board.code} if board.kind in ("site", "team") else {}
    found = {}
    for metric in metrics:
        url = ""
        if links.has_rows(metric):
            members = place if metric.code not in ("waiting", "longest_wait", "agents_online") else {}
            url = links.drill_url(metric, today, today + timedelta(days=1), **members)
        found[metric.code] = {
            "name": str(metric.name),
            "unit": metric.unit.value,
            "direction": metric.direction.value,
            "target": metric.target,
            "band": metric.band,
            "scale": metric.scale,
            "targetText": target_text(metric),
            "card": reverse("metrics:card", args=[metric.code]),
            "page": reverse("metrics:detail", args=[metric.code]),
            "rows": url,
        }
    return found


def state_names() -> dict[str, str]:
    """Agent states in the viewer's language."""
    return {
        "ready": pgettext("坐席", "空闲"),
        "ringing": pgettext("坐席", "振铃"),
        "talking": pgettext("坐席", "通话"),
        "holding": pgettext("坐席", "保持"),
        "wrap_up": pgettext("坐席", "话后"),
        "not_ready": pgettext("坐席", "小休"),
        "offline": pgettext("坐席", "离线"),
    }


def texts() -> dict[str, str]:
    """The script's words."""
    return {
        "ok": _("达标"),
        "warn": _("关注"),
        "bad": _("告警"),
        "dash": wording.DASH,
        "target": _("目标"),
        "calls": _("通"),
        "before": _("15 分钟前 {n} 通"),
        "lastWeek": _("上周同时段 {n}"),
        "occupancy": _("占用率 {n}"),
        "nobodyWaits": _("无人排队"),
        "offered": _("今日来电"),
        "offeredBefore": _("上周同日"),
        "serviceLevel": _("服务水平"),
        "noAlarms": _("暂无告警"),
        "stale": _("数据已停滞，最后更新 {time}，正在重新连接"),
        "waitingData": _("正在等待第一批实时数据"),
        "signedOut": _("登录已过期，请重新登录后继续查看"),
        "denied": _("您无权查看这个大屏"),
        "shown": _("显示 {shown} / {all} 人"),
        "noAgents": _("没有坐席"),
        "noQueues": _("没有队列"),
        "alarm.service_level_low": _("{name} 服务水平 {value}，低于 {limit}"),
        "alarm.long_wait": _("{name} 最长等待 {age}，上限 {limit}"),
        "alarm.queue_without_agents": _("{name} 有来电排队，无人空闲在线"),
        "alarm.long_talk": _("{name} 通话 {age}，超过上限 {limit}"),
        "alarm.long_wrap": _("{name} 话后处理 {age}，超过上限 {limit}"),
        "alarm.long_not_ready": _("{name} 小休 {age}，超过上限 {limit}"),
        "alarm.source_silent": _("话务源 {name} 已 {age} 没有数据"),
        "alarm.other": _("{name} 需要关注"),
    }
