"""``/ui-kit/``: every component in every state, drawn with the same tags that pages use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.kernel import clock
from kefu.kernel.choices import Tone, ToneChoices
from kefu.platform.access.guard import signed_in
from kefu.platform.webui import ranges
from kefu.platform.webui.forms import Form
from kefu.platform.webui.tables.declarations import FilterState
from kefu.platform.webui.tables.filters import (
    BoolFilter,
    ChoiceFilter,
    DateRangeFilter,
    Filter,
    MultiFilter,
    NumberRangeFilter,
    TextFilter,
)


class Sample(ToneChoices):
    """One member for each tone."""

    NEUTRAL = "neutral", gettext_lazy("离线")
    INFO = "info", gettext_lazy("处理中")
    OK = "ok", gettext_lazy("达标")
    WARN = "warn", gettext_lazy("关注")
    BAD = "bad", gettext_lazy("告警")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Each its own tone."""
        return {member.value: Tone(member.value) for member in cls}


class SampleForm(Form):
    """Every kind of control."""

    name = forms.CharField(label=gettext_lazy("队列名称"), max_length=20, help_text=gettext_lazy("最多 20 个字"))
    code = forms.RegexField(r"^[a-z]+$", label=gettext_lazy("编码"), required=False)
    site = forms.ChoiceField(
        label=gettext_lazy("职场"), choices=[("", "—"), ("east", gettext_lazy("城东")), ("west", gettext_lazy("城西"))]
    )
    starts_on = forms.DateField(label=gettext_lazy("启用日期"), required=False, widget=forms.DateInput)
    seconds = forms.IntegerField(label=gettext_lazy("目标秒数"), min_value=1, max_value=600)
    note = forms.CharField(label=gettext_lazy("说明"), required=False, widget=forms.Textarea)
    mode = forms.ChoiceField(
        label=gettext_lazy("分配方式"),
        widget=forms.RadioSelect,
        choices=[("longest", gettext_lazy("空闲最久者优先")), ("skill", gettext_lazy("技能等级高者优先"))],
    )
    is_active = forms.BooleanField(label=gettext_lazy("启用"), required=False)


@signed_in
def kit(request: HttpRequest) -> HttpResponse:
    """The whole kit on one page."""
    now = clock.now()
    return render(
        request,
        "webui/kit.html",
        {
            "title": _("组件库"),
            "active": "system.kit",
            "now": now,
            "tones": list(Sample),
            "soon": now + timedelta(minutes=12, seconds=22),
            "nearly": now + timedelta(minutes=3, seconds=8),
            "late": now - timedelta(minutes=7, seconds=1),
            "earlier": now - timedelta(hours=1, seconds=41),
            "trend": [82, 84, 83, 88, None, 86, 91, 90, 93],
            "chart": sample_chart(),
            "level": sample_level(),
            "range": ranges.read_range({"range": "this_week", "compare": "week"}, clock.local_date(now)),
            "form": SampleForm(initial={"seconds": 20, "mode": "longest"}),
            "faulty": SampleForm({"bad-name": "", "bad-code": "A1", "bad-site": "east", "bad-seconds": "0"}, prefix="bad"),
            "filter_states": list(filter_states()),
            "people": ("陈思雨", "李浩然", "王梓涵", "Mary Liu"),
            "agents": SAMPLE_AGENTS,
            "kpis": sample_kpis(),
            "icons": ("phone", "phone-call", "headphones", "users", "clock", "ticket", "book-open", "calendar-days",
                      "chart-column", "settings", "shield", "bell", "star", "zap", "tag", "database"),
        },
    )  # fmt: skip


SAMPLE_AGENTS = (
    ("talk", gettext_lazy("通话"), "04:12", False),
    ("ready", gettext_lazy("空闲"), "00:38", False),
    ("wrap", gettext_lazy("话后"), "13:37", True),
    ("ring", gettext_lazy("振铃"), "00:04", False),
    ("rest", gettext_lazy("小休"), "08:20", False),
    ("off", gettext_lazy("离线"), "—", False),
)


def sample_kpis() -> list[tuple[str, str, str, str, str, str]]:
    """Icon, name, value, unit, tone, note."""
    return [
        ("headphones", _("20 秒服务水平"), "82.5", "%", "ok", _("目标 80%")),
        ("users", _("当前排队"), "14", _("通"), "warn", _("15 分钟前 9 通")),
        ("clock", _("最长等待"), "1:42", "", "bad", _("投诉专席")),
        ("phone-missed", _("放弃率"), "3.8", "%", "ok", _("目标 5% 以内")),
        ("timer", _("平均处理时长"), "4:12", "", "", _("昨日同期 4:05")),
        ("circle-user", _("在线坐席"), "126", "/ 148", "", _("占用率 82%")),
    ]


def sample_chart() -> dict[str, Any]:
    """Bars with a dashed line."""
    actual = [43, 66, 93, 119, 146, 172, 151, 131, 116, 117, 124, 152, 155, 150]
    forecast = [40, 62, 96, 128, 152, 160, 148, 131, 119, 110, 128, 141, 150, 147, 140, 128, 120, 116]
    return {
        "x": [f"{8 + i // 2:02d}:{i % 2 * 30:02d}" for i in range(len(forecast))],
        "xLabel": _("时间"),
        "series": [
            {"name": _("实际"), "type": "bar", "data": actual},
            {"name": _("预测"), "type": "line", "data": forecast, "dashed": True, "tone": "c2"},
        ],
    }


def sample_level() -> dict[str, Any]:
    """A share with its target."""
    return {
        "x": [f"{8 + i // 2:02d}:{i % 2 * 30:02d}" for i in range(12)],
        "xLabel": _("时间"),
        "unit": "percent",
        "min": 0.6,
        "target": 0.8,
        "targetLabel": _("目标"),
        "series": [
            {
                "name": _("服务水平"),
                "type": "line",
                "tone": "ok",
                "area": True,
                "smooth": True,
                "data": [0.9, 0.868, 0.866, 0.848, 0.83, 0.808, 0.8, 0.838, 0.825, 0.861, 0.835, 0.815],
            }
        ],
    }


def filter_states() -> list[FilterState]:
    """One filter of each kind, two of them faulty."""
    sites = [("east", _("城东")), ("west", _("城西"))]
    given: list[tuple[Filter, dict[str, list[str]], list[tuple[str, str]], str]] = [
        (TextFilter(name="q", label=_("号码"), placeholder=_("完整号码")), {"q": [""]}, [], ""),
        (ChoiceFilter(name="site", label=_("职场")), {"site": ["east"]}, sites, ""),
        (MultiFilter(name="sites", label=_("多个职场")), {"sites": ["east", "west"]}, sites, ""),
        (
            DateRangeFilter(name="day", label=_("日期")),
            {"day_from": ["2026-11-20"], "day_to": ["2026-11-01"]},
            [],
            _("开始日期晚于结束日期，请对调"),
        ),
        (NumberRangeFilter(name="wait", label=_("等待"), unit=_("秒")), {"wait_min": ["20"], "wait_max": [""]}, [], ""),
        (BoolFilter(name="repeat", label=_("重复来电")), {"repeat": ["1"]}, [("1", _("是")), ("0", _("否"))], ""),
    ]
    return [FilterState(f, values, choices, error) for f, values, choices, error in given]
