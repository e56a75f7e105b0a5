"""The form of one parameter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kefu.platform.params.choices import ParamType
from kefu.platform.params.registry import Param, Value
from kefu.platform.webui.forms import Form


class ChangeForm(Form):
    """A new value, from when, and why. Whether the value is allowed is the service's to say."""

    value = forms.CharField(label=_("新的值"), required=False)
    effective_at = forms.DateTimeField(
        label=_("生效时间"),
        required=False,
        widget=forms.DateTimeInput(),
        help_text=_("留空表示立即生效；已经算出的数字不会被追溯修改。"),
    )
    reason = forms.CharField(label=_("修改原因"), required=False, max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, param: Param, value: Value, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["value"]
        field.required = param.type is not ParamType.TEXT
        field.label = f"{param.label}（{param.unit}）" if param.unit else str(param.label)
        field.help_text = str(param.help)
        if param.type is ParamType.BOOL:
            self._choose([("true", _("是")), ("false", _("否"))])
            self.initial.setdefault("value", "true" if value else "false")
        elif param.type is ParamType.CHOICE:
            self._choose(list(param.choices))
        elif param.type is ParamType.INT:
            field.widget = forms.NumberInput(attrs={"class": "ui-inp", **_bounds(param)})
        self.initial.setdefault("value", str(value))

    def _choose(self, choices: list[Any]) -> None:
        known = self.fields["value"]
        self.fields["value"] = forms.ChoiceField(
            label=known.label, help_text=known.help_text, choices=choices, widget=forms.RadioSelect
        )
        self.order_fields(["value", "effective_at", "reason", "version"])


def _bounds(param: Param) -> dict[str, str]:
    found = {"min": param.minimum, "max": param.maximum}
    return {name: str(bound) for name, bound in found.items() if bound is not None}
