"""Forms of the limits and of clocks steered by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kefu.kernel.errors import InvalidInput
from kefu.platform.access import queries as access
from kefu.platform.calendars import queries as calendars
from kefu.platform.clocks import wording
from kefu.platform.clocks.models import PolicyVersion
from kefu.platform.clocks.rules import Level, Terms
from kefu.platform.webui.forms import Form

LEVELS = 4


class LengthField(forms.CharField):
    """A length of time as text."""

    def clean(self, value: Any) -> Any:
        """Seconds, or ``None`` when it is left out."""
        text = super().clean(value)
        try:
            return wording.read_length(text) if text else None
        except InvalidInput as error:
            raise forms.ValidationError(str(error.message)) from None


class LengthsField(forms.CharField):
    """Several lengths of time as text."""

    def clean(self, value: Any) -> Any:
        """Seconds of each."""
        try:
            return wording.read_lengths(super().clean(value))
        except InvalidInput as error:
            raise forms.ValidationError(str(error.message)) from None


class PercentsField(forms.CharField):
    """Several percentages as text."""

    def clean(self, value: Any) -> Any:
        """The numbers."""
        text = super().clean(value).replace("%", " ").replace("，", ",").replace("、", ",")
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not all(part.isdecimal() and len(part) < 4 for part in parts):
            raise forms.ValidationError(_("请写成 50, 80 这样的百分数。"))
        return [int(part) for part in parts]


class PolicyForm(Form):
    """A new version of the limits."""

    target = LengthField(label=_("目标时长"), required=False, help_text=_("按工作时间计算，例如 4小时、1小时30分钟。"))
    warn = PercentsField(label=_("预警（目标的百分比）"), required=False, help_text=_("例如 50, 80。"))
    remind = LengthsField(
        label=_("到期前提醒"),
        required=False,
        help_text=_("用于给定到期日的事项，例如 30天, 7天, 1天；遇休息时间提前。"),
    )
    calendar = forms.ChoiceField(label=_("工作日历"), required=False)
    effective_at = forms.DateTimeField(
        label=_("生效时间"),
        required=False,
        widget=forms.DateTimeInput(),
        help_text=_("留空表示立即生效；已经开始的计时仍按原来的时限。"),
    )
    reason = forms.CharField(label=_("修改原因"), required=False, max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, policy: PolicyVersion, latest: int, *args: Any, **kwargs: Any) -> None:
        terms = policy.terms
        super().__init__(*args, initial=_initial(policy, latest), **kwargs)
        self.has_target = terms.target_seconds is not None
        if self.has_target:
            self.fields["target"].required = True
        else:
            del self.fields["target"], self.fields["warn"]
        found = self.fields["calendar"]
        assert isinstance(found, forms.ChoiceField)
        found.choices = [("", _("默认日历")), *((str(row.pk), row.name) for row in calendars.calendars())]
        audiences = [("", _("不设这一级")), *access.responsible_choices()]
        self.rows = max(LEVELS, len(terms.escalate) + 1)
        for number in range(self.rows):
            level = terms.escalate[number] if number < len(terms.escalate) else None
            self.fields[f"after{number}"] = LengthField(
                label=_("第 %(n)s 级：超时后") % {"n": number + 1},
                required=False,
                initial=wording.plain_length(level.after_seconds) if level else "",
                widget=forms.TextInput(attrs={"class": "ui-inp"}),
            )
            self.fields[f"audience{number}"] = forms.ChoiceField(
                label=_("第 %(n)s 级：通知") % {"n": number + 1},
                required=False,
                choices=audiences,
                initial=level.audience if level else "",
                widget=forms.Select(attrs={"class": "ui-inp"}),
            )
        self.order_fields(
            [
                "target",
                "warn",
                "remind",
                *(f"{part}{n}" for n in range(self.rows) for part in ("after", "audience")),
                "calendar",
                "effective_at",
                "reason",
            ]
        )

    def terms(self) -> Terms:
        """What was filled in."""
        given = self.cleaned_data
        levels = []
        for number in range(self.rows):
            audience = given.get(f"audience{number}")
            if audience:
                levels.append(Level(given.get(f"after{number}") or 0, audience))
        return Terms(
            given.get("target") if self.has_target else None,
            tuple(given.get("warn") or ()),
            tuple(given.get("remind") or ()),
            tuple(levels),
        )


class ReasonForm(Form):
    """Why a clock is paused or cancelled."""

    reason = forms.CharField(label=_("原因"), max_length=200)


class RetargetForm(Form):
    """Another goal for a running clock."""

    target = LengthField(label=_("新的目标时长"), required=False, help_text=_("按工作时间计算，例如 6小时。"))
    due_at = forms.DateTimeField(label=_("或新的到期时间"), required=False, widget=forms.DateTimeInput())
    reason = forms.CharField(label=_("原因"), max_length=200)

    def clean(self) -> dict[str, Any]:
        """One goal, not two and not none."""
        given = super().clean() or {}
        if not self.errors and bool(given.get("target")) == bool(given.get("due_at")):
            raise forms.ValidationError(_("请填写目标时长或到期时间其中一项。"))
        return given


def _initial(policy: PolicyVersion, latest: int) -> dict[str, Any]:
    terms = policy.terms
    return {
        "target": wording.plain_length(terms.target_seconds) if terms.target_seconds else "",
        "warn": ", ".join(map(str, terms.warn_percent)),
        "remind": ", ".join(wording.plain_length(seconds) for seconds in terms.remind_before),
        "calendar": str(policy.calendar_id or ""),
        "version": latest,
    }
