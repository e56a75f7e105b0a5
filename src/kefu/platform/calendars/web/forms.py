"""Forms of the calendar pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kefu.kernel.errors import InvalidInput
from kefu.platform.calendars import periods
from kefu.platform.calendars.choices import DayKind
from kefu.platform.calendars.rules import Period
from kefu.platform.webui.forms import Form

WEEKDAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))


class WeekForm(Form):
    """The hours of each weekday, as text."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, label in enumerate(WEEKDAYS):
            self.fields[f"day{weekday}"] = PeriodsField(label=label)


class PeriodsField(forms.CharField):
    """A text that reads as opening hours."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_length=200,
            widget=forms.TextInput(attrs={"placeholder": _("休息"), "autocomplete": "off", "class": "ui-inp"}),
            **kwargs,
        )

    def clean(self, value: Any) -> list[Period]:
        """The periods; a validation error says what cannot be read."""
        text = super().clean(value)
        try:
            return periods.read(text, field="")
        except InvalidInput as error:
            raise forms.ValidationError(error.message) from None


class DayForm(Form):
    """What one day is."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("当天安排"), choices=[("", _("按星期")), *DayKind.choices], required=False)
    name = forms.CharField(label=_("名称"), max_length=40, required=False)
    hours = PeriodsField(label=_("服务时段"), help_text=_("调休上班留空则同周一；节假日不用填。"))


class NewCalendarForm(Form):
    """A new calendar; its week is set afterwards."""

    code = forms.SlugField(label=_("编码"), max_length=40, help_text=_("英文字母、数字与连字符，例如 hotline-day。"))
    name = forms.CharField(label=_("名称"), max_length=80)
    time_zone = forms.CharField(label=_("时区"), max_length=40, initial="Asia/Shanghai")
    workdays = PeriodsField(label=_("工作日时段"), initial="09:00-12:00, 13:30-18:00")
    is_default = forms.BooleanField(label=_("设为默认日历"), required=False)
