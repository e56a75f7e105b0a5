"""The forms of rewards and penalties, the staff code, charters and honours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kefu.areas.people.choices import AppealVerdict, HonourLevel, MeritKind, PraiseChannel
from kefu.areas.people.models import StaffCode, TeamCharter
from kefu.areas.people.web.forms import EmployeeNumberField
from kefu.kernel.actor import Actor
from kefu.platform.access.services.tree import today
from kefu.platform.webui.forms import Form


class ManyFiles(forms.ClearableFileInput):
    """Several files in one field."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files."""

    widget = ManyFiles

    def clean(self, value: Any, initial: Any = None) -> Any:
        """The files, each checked."""
        given = value if isinstance(value, list | tuple) else [value] if value else []
        return [super(FilesField, self).clean(one, initial) for one in given]


def _area(label: Any, rows: int = 4, **kwargs: Any) -> forms.CharField:
    kwargs.setdefault("required", False)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class MeritForm(Form):
    """A reward, a penalty or a customer's praise."""

    employee = EmployeeNumberField(label=_("员工"), help_text=_("填写工号；姓名不重名时也可以。"))
    kind = forms.ChoiceField(label=_("类型"), choices=MeritKind.choices)
    channel = forms.ChoiceField(
        label=_("表扬方式"), choices=[("", _("（不是客户表扬）")), *PraiseChannel.choices], required=False
    )
    title = forms.CharField(label=_("事由"), max_length=120)
    body = _area(_("详细说明"), help_text=_("处罚须写明事实和依据。"))
    happened_on = forms.DateField(label=_("发生日期"), initial=today)
    amount = forms.DecimalField(
        label=_("金额（元）"),
        min_value=0,
        decimal_places=2,
        max_digits=10,
        initial=0,
        help_text=_("处罚自动记为负数。"),
    )
    points = forms.IntegerField(label=_("积分"), min_value=0, initial=0)
    evidence = FilesField(label=_("凭证"), required=False, help_text=_("PDF 或图片，最多 5 个，每个最大 10 MB。"))

    def __init__(self, viewer: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employee"].viewer = viewer  # type: ignore[attr-defined]


class AppealForm(Form):
    """Why the person concerned objects."""

    reason = _area(_("申诉理由"), required=True)


class DecideForm(Form):
    """How an appeal ends."""

    verdict = forms.ChoiceField(label=_("处理结果"), choices=AppealVerdict.choices)
    amount = forms.DecimalField(
        label=_("变更后的金额（元）"), min_value=0, decimal_places=2, max_digits=10, required=False
    )
    points = forms.IntegerField(label=_("变更后的积分"), min_value=0, required=False)
    comment = _area(_("处理说明"), required=True)


class CodeForm(Form):
    """A draft of the staff code."""

    title = forms.CharField(label=_("标题"), max_length=120)
    body = _area(_("正文"), 24, required=True, help_text=_("Markdown：# 标题，- 列表，**强调**。"))
    effective_on = forms.DateField(label=_("生效日期"), required=False, help_text=_("留空则为发布当天。"))

    def __init__(self, code: StaffCode | None, *args: Any, **kwargs: Any) -> None:
        if code is not None:
            kwargs["initial"] = {"title": code.title, "body": code.body, "effective_on": code.effective_on}
        super().__init__(*args, **kwargs)


class CharterForm(Form):
    """What a team stands for."""

    team_name = forms.CharField(label=_("团队名称"), max_length=40)
    meaning = _area(_("名称寓意"), 3)
    slogan = forms.CharField(label=_("口号"), max_length=120, required=False)
    vision = _area(_("愿景"), 3)
    oath = _area(_("誓词"))
    team_values = _area(_("价值观"), 3, help_text=_("每行一条。"))
    conduct = _area(_("行为准则"), help_text=_("每行一条。"))

    def __init__(self, charter: TeamCharter | None, *args: Any, **kwargs: Any) -> None:
        if charter is not None:
            kwargs["initial"] = {key: getattr(charter, key) for key in self.base_fields}
        super().__init__(*args, **kwargs)


class HonourForm(Form):
    """Something the team was honoured for."""

    title = forms.CharField(label=_("荣誉"), max_length=120)
    level = forms.ChoiceField(label=_("级别"), choices=HonourLevel.choices)
    awarded_by = forms.CharField(label=_("授予单位"), max_length=80, required=False)
    awarded_on = forms.DateField(label=_("授予日期"), initial=today)
    story = _area(_("事迹"), 3)
