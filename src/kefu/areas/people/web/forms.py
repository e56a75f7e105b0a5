"""The forms of the people room; they read, services decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kefu.areas.people import queries
from kefu.areas.people.choices import LeadKind, UnitKind
from kefu.areas.people.models import Employee, Post, Unit
from kefu.kernel.actor import Actor
from kefu.platform.access.services.tree import today
from kefu.platform.webui.forms import Form


def unit_choices(viewer: Actor, *, without: Iterable[int] = ()) -> list[tuple[str, str]]:
    """Today's units that the viewer sees, indented by depth."""
    left_out = set(without)
    return [
        (str(branch.unit.pk), "　" * branch.depth + branch.unit.name)
        for root in queries.unit_tree(viewer, today())
        for branch in root.walk()
        if branch.unit.pk not in left_out
    ]


def post_choices(viewer: Actor) -> list[tuple[str, str]]:
    """The posts in use, in the order of the catalogue."""
    return [(str(pk), name) for pk, name in Post.objects.filter(is_active=True).values_list("pk", "name")]


class PostField(forms.TypedChoiceField):
    """A post of the catalogue that is in use; gives the post."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=lambda pk: Post.objects.get(pk=pk), empty_value=None, **kwargs)

    def offer(self, viewer: Actor, empty: str) -> None:
        """Fill in the choices; ``empty`` names having none."""
        self.choices = [("", empty), *post_choices(viewer)]


class UnitField(forms.TypedChoiceField):
    """A unit that the viewer sees; gives the unit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=lambda pk: Unit.objects.select_related("node").get(pk=pk), empty_value=None, **kwargs)


class UnitForm(Form):
    """A new unit."""

    kind = forms.ChoiceField(label=_("类型"), choices=UnitKind.choices)
    code = forms.CharField(label=_("编码"), max_length=40, help_text=_("字母、数字和 . _ -，建好后不再更改。"))
    name = forms.CharField(label=_("名称"), max_length=80)
    parent = UnitField(label=_("上级单位"), required=False)
    starts_on = forms.DateField(label=_("成立日期"), initial=today)
    cost_centre = forms.CharField(label=_("成本中心"), max_length=40, required=False)
    sort_order = forms.IntegerField(label=_("顺序"), initial=100, help_text=_("小的排在前面。"))

    def __init__(self, viewer: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = [("", _("（无，顶层单位）")), *unit_choices(viewer)]  # type: ignore[attr-defined]


class UnitNameForm(Form):
    """Name, cost centre and place among the siblings."""

    name = forms.CharField(label=_("名称"), max_length=80)
    cost_centre = forms.CharField(label=_("成本中心"), max_length=40, required=False)
    sort_order = forms.IntegerField(label=_("顺序"), help_text=_("小的排在前面。"))


class MoveForm(Form):
    """Where a unit or a person goes, and from when."""

    unit = UnitField(label=_("新单位"))
    starts_on = forms.DateField(label=_("生效日期"), initial=today, help_text=_("此前的记录仍归原单位。"))

    def __init__(self, viewer: Actor, *args: Any, without: Iterable[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = unit_choices(viewer, without=without)  # type: ignore[attr-defined]


class CloseForm(Form):
    """From when a unit no longer is."""

    ends_on = forms.DateField(label=_("撤销日期"), initial=today)


class EmployeeNumberField(forms.CharField):
    """An employee by number or name, among those whom the viewer sees; gives the employee."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=80, **kwargs)
        self.viewer = Actor.anonymous()

    def clean(self, value: Any) -> Any:
        """The employee; refused when there is none or more than one."""
        text = super().clean(value)
        if not text:
            return None
        seen = queries.employees(self.viewer)
        found = list(seen.filter(number=text)[:1]) or list(seen.filter(name=text)[:2])
        if not found:
            raise forms.ValidationError(_("没有工号或姓名为“%(text)s”的员工。"), params={"text": text})
        if len(found) > 1:
            raise forms.ValidationError(_("有多名员工叫“%(text)s”，请填写工号。"), params={"text": text})
        return found[0]


class AppointForm(Form):
    """Who leads a unit from when."""

    employee = EmployeeNumberField(label=_("员工"), help_text=_("填写工号；姓名不重名时也可以。"))
    kind = forms.ChoiceField(label=_("身份"), choices=LeadKind.choices)
    starts_on = forms.DateField(label=_("生效日期"), initial=today)

    def __init__(self, viewer: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employee"].viewer = viewer  # type: ignore[attr-defined]


class EmployeeForm(Form):
    """Somebody new."""

    number = forms.CharField(label=_("工号"), max_length=40)
    name = forms.CharField(label=_("姓名"), max_length=64)
    unit = UnitField(label=_("单位"))
    post = PostField(label=_("岗位"), required=False)
    phone = forms.CharField(label=_("电话"), max_length=24, required=False, help_text=_("加密保存，页面上只显示掩码。"))
    hired_on = forms.DateField(label=_("入职日期"), initial=today)

    def __init__(self, viewer: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = unit_choices(viewer)  # type: ignore[attr-defined]
        self.fields["post"].offer(viewer, _("（暂不定岗）"))  # type: ignore[attr-defined]


class EmployeeEditForm(Form):
    """Corrections. An empty phone field leaves the number as it is."""

    name = forms.CharField(label=_("姓名"), max_length=64)
    phone = forms.CharField(label=_("新电话"), max_length=24, required=False, help_text=_("留空表示不改。"))
    remove_phone = forms.BooleanField(label=_("删除现有电话"), required=False)


class LeaveForm(Form):
    """The last day of work."""

    left_on = forms.DateField(label=_("最后工作日"), initial=today, help_text=_("次日起账号停用，历史记录保留。"))


class AgentForm(Form):
    """Whose login it is."""

    name = forms.CharField(label=_("显示名称"), max_length=80, required=False)
    employee = EmployeeNumberField(label=_("员工"), required=False, help_text=_("填写工号；留空表示不关联。"))

    def __init__(self, viewer: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employee"].viewer = viewer  # type: ignore[attr-defined]


def initial_of(employee: Employee) -> dict[str, Any]:
    """What the edit form begins with."""
    return {"name": employee.name}


def initial_of_unit(unit: Unit) -> dict[str, Any]:
    """What the form of a unit begins with."""
    return {"name": unit.name, "cost_centre": unit.cost_centre, "sort_order": unit.sort_order}
