"""Forms of requests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kefu.platform.approvals.choices import Verdict
from kefu.platform.webui.forms import Form


class DecideForm(Form):
    """What an approver says, and why."""

    step = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    comment = forms.CharField(
        label=_("意见"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("驳回或退回时必填，申请人会看到。"),
    )
    verdict = forms.ChoiceField(choices=Verdict.choices, widget=forms.HiddenInput)


class ReasonForm(Form):
    """Why."""

    reason = forms.CharField(label=_("原因"), max_length=500)


class WithdrawForm(Form):
    """Why one takes it back, if one wants to say."""

    reason = forms.CharField(label=_("原因"), required=False, max_length=500)


class FileForm(Form):
    """A file to add."""

    file = forms.FileField(label=_("附件"), help_text=_("PDF、图片、Word 或 Excel，最大 20 MB。"))


class ResubmitForm(Form):
    """What was added."""

    comment = forms.CharField(label=_("补充说明"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(label=_("附件"), required=False, help_text=_("PDF、图片、Word 或 Excel，最大 20 MB。"))


class TryForm(Form):
    """A request that somebody might make: who, for whom, how much."""

    requester = forms.ChoiceField(label=_("申请人"), required=False)
    subject = forms.ChoiceField(label=_("涉及的人"), required=False, help_text=_("留空表示为本人申请。"))
    amount = forms.DecimalField(label=_("金额"), required=False, max_digits=14, decimal_places=2)

    def __init__(self, people: list[tuple[str, str]], has_amount: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("requester", "subject"):
            found = self.fields[name]
            assert isinstance(found, forms.ChoiceField)
            found.choices = [("", "—"), *people]
        if not has_amount:
            del self.fields["amount"]


class GeneralForm(Form):
    """Whatever somebody asks for."""

    title = forms.CharField(label=_("申请事项"), max_length=200)
    comment = forms.CharField(label=_("申请事由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    amount = forms.DecimalField(
        label=_("金额"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text=_("不涉及费用可以不填。"),
    )
    file = forms.FileField(label=_("附件"), required=False, help_text=_("PDF、图片、Word 或 Excel，最大 20 MB。"))
    token = forms.UUIDField(widget=forms.HiddenInput)
