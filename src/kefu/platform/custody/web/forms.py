"""Forms of custody."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kefu.platform.custody.choices import HoldKind, RequestKind
from kefu.platform.privacy.registry import SUBJECT_KINDS
from kefu.platform.webui.forms import Form


class SubjectForm(Form):
    """Whom it is about; the typed value is looked up and kept nowhere."""

    subject_kind = forms.ChoiceField(label=_("对象"))
    subject = forms.CharField(
        label=_("完整号码、客户号、邮箱或工号"),
        max_length=120,
        required=False,
        help_text=_("只用于查找，不保存。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = self.fields["subject_kind"]
        assert isinstance(offered, forms.ChoiceField)
        offered.choices = [(kind.code, str(kind.label)) for kind in SUBJECT_KINDS]

    def reference(self) -> str:
        """What the typed value leads to; empty when it leads nowhere."""
        kind = SUBJECT_KINDS.get(self.cleaned_data["subject_kind"])
        typed = self.cleaned_data["subject"].strip()
        return (kind.find(typed) or "") if typed else ""


class RequestForm(SubjectForm):
    """A request to be recorded."""

    field_order = ("kind", "subject_kind", "subject", "identity_note", "reason")
    kind = forms.ChoiceField(label=_("请求"), choices=RequestKind.choices)
    identity_note = forms.CharField(
        label=_("身份核验"), max_length=300, help_text=_("例如“核对证件原件”。请勿填写证件号。"), widget=forms.Textarea
    )
    reason = forms.CharField(label=_("说明"), max_length=300, required=False)


class HoldForm(SubjectForm):
    """A legal hold to be placed."""

    field_order = ("kind", "subject_kind", "subject", "starts_on", "ends_on", "until", "reason")
    kind = forms.ChoiceField(label=_("范围"), choices=HoldKind.choices)
    starts_on = forms.DateField(label=_("信息日期从"), required=False, widget=forms.DateInput())
    ends_on = forms.DateField(label=_("信息日期到"), required=False, widget=forms.DateInput())
    until = forms.DateField(
        label=_("保全至"), required=False, help_text=_("留空则直到解除。"), widget=forms.DateInput()
    )
    reason = forms.CharField(label=_("理由"), max_length=300)


class ReasonForm(Form):
    """Why."""

    reason = forms.CharField(label=_("理由"), max_length=300)
