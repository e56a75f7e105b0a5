"""Forms of alerts and their rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kefu.areas.insight.choices import Condition, Severity
from kefu.areas.insight.models import AlertRule
from kefu.areas.insight.models.rule import WINDOWS
from kefu.areas.insight.queries import alert_readings as readings
from kefu.areas.insight.services import RuleInput
from kefu.kernel.actor import Actor
from kefu.kernel.metrics import DIMENSIONS, Direction, Unit
from kefu.platform.access import queries as access
from kefu.platform.calendars import queries as calendars
from kefu.platform.tasks import queries as tasks
from kefu.platform.webui.forms import Form

LEVELS = (1, 2, 3)


class NoteForm(Form):
    """A remark on acknowledging."""

    note = forms.CharField(label=_("说明"), required=False, max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class SnoozeForm(NoteForm):
    """Until when nobody is told again."""

    until = forms.DateTimeField(label=_("暂缓到"), widget=forms.DateTimeInput())
    field_order = ("until", "note")


class AssignForm(Form):
    """Who shall deal with it."""

    owner = forms.ChoiceField(label=_("负责人"))
    note = forms.CharField(label=_("任务说明"), required=False, max_length=500)

    def __init__(self, viewer: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "owner", [(str(pk), name) for pk, name in tasks.people_for(viewer)])
        self.initial.setdefault("owner", str(viewer.user_id or ""))


class RuleForm(Form):
    """Everything that a rule says. Percentages are written as people say them: 80 for 80 %."""

    name = forms.CharField(label=_("名称"), max_length=80)
    code = forms.SlugField(label=_("编码"), max_length=60, help_text=_("小写字母、数字和连字符，建立后不能修改。"))
    metric = forms.ChoiceField(label=_("指标"))
    dimension = forms.ChoiceField(label=_("监视维度"), required=False, help_text=_("选择维度后，每个成员单独监视。"))
    members = forms.CharField(
        label=_("只看这些成员"), required=False, help_text=_("填编码，多个用逗号隔开；留空监视全部成员。")
    )
    condition = forms.ChoiceField(label=_("条件"), choices=Condition.choices)
    limit = forms.FloatField(label=_("触发阈值"), required=False, help_text=_("百分比填 80 表示 80%；时长按秒填写。"))
    clear_at = forms.FloatField(
        label=_("恢复阈值"), required=False, help_text=_("比触发阈值宽松，避免在阈值附近反复告警；留空同触发阈值。")
    )
    sensitivity = forms.FloatField(
        label=_("偏离倍数"), help_text=_("“偏离历史同期”用：超出中位数几倍稳健标准差。"), min_value=1, max_value=20
    )
    least_days = forms.IntegerField(label=_("最少历史天数"), min_value=2, max_value=readings.WEEKS)
    window_minutes = forms.TypedChoiceField(label=_("统计窗口"), coerce=int, help_text=_("实时读数不用窗口。"))
    minimum_n = forms.IntegerField(label=_("最小样本量"), min_value=0, max_value=1_000_000)
    hold_minutes = forms.IntegerField(label=_("持续多久才触发（分钟）"), min_value=0, max_value=720)
    clear_minutes = forms.IntegerField(label=_("持续多久才恢复（分钟）"), min_value=1, max_value=720)
    calendar = forms.ChoiceField(label=_("工作日历"), required=False, help_text=_("只在营业时间内判断；留空全天判断。"))
    severity = forms.ChoiceField(label=_("级别"), choices=Severity.choices)
    quiet_from = forms.TimeField(label=_("免打扰开始"), required=False, widget=forms.TimeInput())
    quiet_until = forms.TimeField(
        label=_("免打扰结束"),
        required=False,
        widget=forms.TimeInput(),
        help_text=_("其间的一般告警到结束时再通知，紧急告警不受限制。"),
    )
    recipients = forms.MultipleChoiceField(label=_("通知对象"), widget=forms.CheckboxSelectMultiple)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, rule: AlertRule | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial=initial(rule), **kwargs)
        if rule is not None:
            del self.fields["code"]
        _choices(self, "metric", [(each.code, each.name) for each in readings.watchable()])
        known = {d for each in readings.watchable() for d in each.dimensions}
        _choices(
            self, "dimension", [("", _("全中心")), *((d.code, str(d.label)) for d in DIMENSIONS if d.code in known)]
        )
        _choices(self, "window_minutes", [(n, _("最近 %(n)s 分钟") % {"n": n}) for n in WINDOWS])
        _choices(self, "calendar", [("", _("全天")), *((str(row.pk), row.name) for row in calendars.calendars())])
        people = access.responsible_choices()
        _choices(self, "recipients", people)
        steps = list(rule.escalation) if rule else []
        for level in LEVELS:
            minutes, code = steps[level - 1] if level <= len(steps) else (None, "")
            self.fields[f"escalate_{level}_minutes"] = forms.IntegerField(
                label=_("第 %(n)s 级：多少分钟无人确认") % {"n": level},
                required=False,
                min_value=1,
                max_value=10_080,
                initial=minutes,
                widget=forms.NumberInput(attrs={"class": "ui-inp"}),
            )
            self.fields[f"escalate_{level}_to"] = forms.ChoiceField(
                label=_("第 %(n)s 级：通知") % {"n": level},
                required=False,
                choices=[("", _("不设这一级")), *people],
                initial=code,
                widget=forms.Select(attrs={"class": "ui-inp"}),
            )

    def given(self) -> RuleInput:
        """What was filled in, in the metric's own unit."""
        data = self.cleaned_data
        factor = 100 if _is_percent(data["metric"]) else 1
        levels = [(data.get(f"escalate_{n}_minutes"), data.get(f"escalate_{n}_to")) for n in LEVELS]
        members = data["members"].replace("，", ",").replace("、", ",").split(",")
        return RuleInput(
            name=data["name"],
            metric=data["metric"],
            condition=data["condition"],
            dimension=data["dimension"],
            members=tuple(code.strip() for code in members if code.strip()),
            limit=None if data["limit"] is None else data["limit"] / factor,
            clear_at=None if data["clear_at"] is None else data["clear_at"] / factor,
            sensitivity=data["sensitivity"],
            least_days=data["least_days"],
            window_minutes=data["window_minutes"],
            minimum_n=data["minimum_n"],
            hold_minutes=data["hold_minutes"],
            clear_minutes=data["clear_minutes"],
            calendar_id=int(data["calendar"]) if data["calendar"] else None,
            severity=data["severity"],
            quiet_from=data["quiet_from"],
            quiet_until=data["quiet_until"],
            recipients=tuple(data["recipients"]),
            escalation=tuple((minutes or 15, code) for minutes, code in levels if code),
        )


def initial(rule: AlertRule | None) -> dict[str, Any]:
    """The rule as the form writes it; for a new one defaults by the first metric's good direction."""
    if rule is None:
        return {
            "condition": Condition.BELOW.value,
            "sensitivity": 4,
            "least_days": 5,
            "window_minutes": 30,
            "minimum_n": 20,
            "hold_minutes": 3,
            "clear_minutes": 15,
            "severity": Severity.NOTICE.value,
            "recipients": ["role:shift_manager"],
        }
    factor = 100 if _is_percent(rule.metric) else 1
    names = ("metric", "dimension", "condition", "sensitivity", "least_days", "window_minutes", "minimum_n",
             "hold_minutes", "clear_minutes", "severity", "quiet_from", "quiet_until", "recipients", "version")  # fmt: skip
    return {
        **{name: getattr(rule, name) for name in names},
        "name": rule.label,
        "members": ", ".join(rule.members),
        "limit": None if rule.limit is None else round(rule.limit * factor, 6),
        "clear_at": None if rule.clear_at is None else round(rule.clear_at * factor, 6),
        "calendar": str(rule.calendar_id or ""),
    }


def suggested(code: str) -> dict[str, Any]:
    """Sensible first values for a metric: its goal and good direction give condition and limits."""
    watched = readings.find_watched(code)
    if watched is None:
        return {}
    found: dict[str, Any] = {"metric": code, "name": watched.name}
    condition = {Direction.UP: Condition.BELOW, Direction.DOWN: Condition.ABOVE}.get(watched.direction, Condition.TREND)
    found["condition"] = condition.value
    goal = watched.metric.target if watched.metric else None
    if goal is not None and condition is not Condition.TREND:
        factor = 100 if watched.unit is Unit.PERCENT else 1
        slack = 0.9 if condition is Condition.BELOW else 1.5
        found |= {"limit": round(goal * slack * factor, 2), "clear_at": round(goal * factor, 2)}
    return found


def _is_percent(code: str) -> bool:
    watched = readings.find_watched(code)
    return watched is not None and watched.unit is Unit.PERCENT


def _choices(form: forms.Form, name: str, choices: list[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
