"""The forms of posts, establishment, seats and skills."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kefu.areas.people.choices import (
    CertificateMethod,
    PostCategory,
    RatioBasis,
    RatioKind,
    SeatMatch,
    SkillCategory,
    UnitKind,
)
from kefu.areas.people.models import Post, RatioRule, SeatType, Skill
from kefu.areas.people.rules import MAX_LEVEL
from kefu.areas.people.web.forms import EmployeeNumberField, PostField
from kefu.kernel.actor import Actor
from kefu.platform.access.services.tree import today
from kefu.platform.webui.forms import Form

LINES = _("每行一条。")
CODE_HELP = _("字母、数字和 . _ -，建好后不再更改。")


class SeatField(forms.TypedChoiceField):
    """A seat type in use, or none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=lambda pk: SeatType.objects.get(pk=pk), empty_value=None, required=False, **kwargs)

    def offer(self) -> None:
        """Fill in the choices."""
        seats = SeatType.objects.filter(is_active=True).values_list("pk", "name")
        self.choices = [("", _("（不限）")), *((str(pk), name) for pk, name in seats)]


class PostsField(forms.TypedMultipleChoiceField):
    """Several posts of the catalogue."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, widget=forms.CheckboxSelectMultiple, **kwargs)

    def offer(self) -> None:
        """Fill in the choices."""
        self.choices = [(str(pk), name) for pk, name in Post.objects.filter(is_active=True).values_list("pk", "name")]

    def clean(self, value: Any) -> Any:
        """The posts."""
        return list(Post.objects.filter(pk__in=super().clean(value)))


def _area(label: Any, rows: int = 5, **kwargs: Any) -> forms.CharField:
    kwargs.setdefault("help_text", LINES)
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class PostForm(Form):
    """The wording of a post; a new one has a code as well."""

    code = forms.CharField(label=_("编码"), max_length=40, help_text=CODE_HELP)
    name = forms.CharField(label=_("名称"), max_length=64)
    category = forms.ChoiceField(label=_("类别"), choices=PostCategory.choices)
    superior = PostField(label=_("直接上级岗位"), required=False)
    seat_type = SeatField(label=_("专席"))
    duties = _area(_("岗位职责"))
    authority = _area(_("岗位权限"))
    standards = _area(_("工作标准"))
    measures = _area(_("考核指标"))
    is_key = forms.BooleanField(label=_("关键岗位"), required=False, help_text=_("关键岗位须有后备人选。"))
    sort_order = forms.IntegerField(label=_("顺序"), initial=100, help_text=_("小的排在前面。"))

    def __init__(self, viewer: Actor, post: Post | None, *args: Any, **kwargs: Any) -> None:
        if post is not None:
            kwargs["initial"] = {key: getattr(post, key) for key in self.base_fields if key != "code"}
            kwargs["initial"].update(superior=post.superior_id, seat_type=post.seat_type_id)
        super().__init__(*args, **kwargs)
        self.fields["superior"].offer(viewer, _("（无）"))  # type: ignore[attr-defined]
        self.fields["seat_type"].offer()  # type: ignore[attr-defined]
        if post is not None:
            del self.fields["code"]


class LevelsForm(Form):
    """A level for each skill in use; 0 leaves the skill out."""

    def __init__(self, levels: Mapping[int, int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.skills = list(Skill.objects.filter(is_active=True))
        choices = [("0", _("不要求")), *((str(n), _("%(n)d 级及以上") % {"n": n}) for n in range(1, MAX_LEVEL + 1))]
        for skill in self.skills:
            self.fields[f"skill_{skill.pk}"] = forms.TypedChoiceField(
                label=skill.name, choices=choices, coerce=int, initial=levels.get(skill.pk, 0), required=False,
                empty_value=0, widget=forms.Select(attrs={"class": "ui-inp"}),
            )  # fmt: skip

    def levels(self) -> dict[Skill, int]:
        """Skill → level, for those asked for."""
        chosen = {skill: self.cleaned_data[f"skill_{skill.pk}"] for skill in self.skills}
        return {skill: level for skill, level in chosen.items() if level}


class AssignPostForm(Form):
    """Which post from when."""

    post = PostField(label=_("新岗位"), required=False)
    starts_on = forms.DateField(label=_("生效日期"), initial=today, help_text=_("此前的记录仍归原岗位。"))

    def __init__(self, viewer: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].offer(viewer, _("（暂不定岗）"))  # type: ignore[attr-defined]


class HeadcountForm(Form):
    """How many of a post a unit may have, and from when."""

    post = PostField(label=_("岗位"))
    headcount = forms.IntegerField(label=_("编制人数"), min_value=0, help_text=_("填 0 表示从生效日起取消。"))
    starts_on = forms.DateField(label=_("生效日期"), initial=today, help_text=_("此前的编制保留。"))

    def __init__(self, viewer: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].offer(viewer, _("（请选择）"))  # type: ignore[attr-defined]


class RatioForm(Form):
    """A staffing rule; a new one has a code as well."""

    code = forms.CharField(label=_("编码"), max_length=40, help_text=CODE_HELP)
    name = forms.CharField(label=_("名称"), max_length=80)
    kind = forms.ChoiceField(label=_("方式"), choices=RatioKind.choices)
    number = forms.IntegerField(
        label=_("数量"), min_value=1, help_text=_("按比例：每多少人配 1 名；最少人数：至少几名。")
    )
    basis = forms.ChoiceField(label=_("统计口径"), choices=RatioBasis.choices)
    level = forms.ChoiceField(label=_("考核层级"), choices=UnitKind.choices, initial="site")
    posts = PostsField(label=_("应配岗位"))
    base_posts = PostsField(label=_("服务对象岗位"), required=False)
    starts_on = forms.DateField(label=_("生效日期"), initial=today)
    ends_on = forms.DateField(label=_("失效日期"), required=False)

    def __init__(self, rule: RatioRule | None, *args: Any, **kwargs: Any) -> None:
        if rule is not None:
            kwargs["initial"] = {key: getattr(rule, key) for key in ("name", "kind", "number", "basis", "level")}
            kwargs["initial"].update(
                starts_on=rule.starts_on, ends_on=rule.ends_on,
                posts=[post.pk for post in rule.posts.all()], base_posts=[post.pk for post in rule.base_posts.all()],
            )  # fmt: skip
        super().__init__(*args, **kwargs)
        for name in ("posts", "base_posts"):
            self.fields[name].offer()  # type: ignore[attr-defined]
        if rule is not None:
            del self.fields["code"]


class SeatForm(LevelsForm):
    """A seat type with the skills that may sit there; a new one has a code as well."""

    code = forms.CharField(label=_("编码"), max_length=40, help_text=CODE_HELP)
    name = forms.CharField(label=_("名称"), max_length=64)
    description = _area(_("说明"), 3, help_text="")
    match = forms.ChoiceField(label=_("条件"), choices=SeatMatch.choices)
    sort_order = forms.IntegerField(label=_("顺序"), initial=100, help_text=_("小的排在前面。"))
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def __init__(self, seat: SeatType | None, *args: Any, **kwargs: Any) -> None:
        levels: dict[int, int] = {}
        if seat is not None:
            levels = {row.skill_id: row.level for row in seat.skills.all()}
            keys = ("name", "description", "match", "sort_order", "is_active")
            kwargs["initial"] = {key: getattr(seat, key) for key in keys}
        super().__init__(levels, *args, **kwargs)
        if seat is not None:
            del self.fields["code"]


class SkillForm(Form):
    """A skill; a new one has a code as well."""

    code = forms.CharField(label=_("编码"), max_length=40, help_text=CODE_HELP)
    name = forms.CharField(label=_("名称"), max_length=64)
    category = forms.ChoiceField(label=_("类别"), choices=SkillCategory.choices)
    description = _area(_("说明"), 3, help_text=_("各等级要达到什么水平。"))
    valid_months = forms.IntegerField(
        label=_("有效期（月）"), required=False, min_value=1, max_value=120, help_text=_("留空表示长期有效。")
    )
    sort_order = forms.IntegerField(label=_("顺序"), initial=100, help_text=_("小的排在前面。"))
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def __init__(self, skill: Skill | None, *args: Any, **kwargs: Any) -> None:
        if skill is not None:
            kwargs["initial"] = {key: getattr(skill, key) for key in self.base_fields if key != "code"}
        super().__init__(*args, **kwargs)
        if skill is not None:
            del self.fields["code"]


class CertifyForm(Form):
    """Who proved what, how and when."""

    employee = EmployeeNumberField(label=_("员工"), help_text=_("填写工号；姓名不重名时也可以。"))
    skill = forms.TypedChoiceField(label=_("技能"), coerce=lambda pk: Skill.objects.get(pk=pk))
    level = forms.TypedChoiceField(label=_("等级"), coerce=int, choices=[(n, str(n)) for n in range(MAX_LEVEL + 1)])
    method = forms.ChoiceField(label=_("认证方式"), choices=CertificateMethod.choices)
    score = forms.DecimalField(
        label=_("考试成绩"), required=False, min_value=0, max_value=100, decimal_places=1, help_text=_("考试认证必填。")
    )
    evidence = _area(_("认证依据"), 3, help_text=_("组长认证必填，例如旁听了哪些通话、表现如何。"))
    certified_on = forms.DateField(label=_("认证日期"), initial=today)
    expires_on = forms.DateField(label=_("有效期至"), required=False, help_text=_("留空则按技能的有效期计算。"))
    file = forms.FileField(label=_("附件"), required=False, help_text=_("PDF 或图片，最大 10 MB。"))

    def __init__(self, viewer: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employee"].viewer = viewer  # type: ignore[attr-defined]
        skills = Skill.objects.filter(is_active=True).values_list("pk", "name")
        self.fields["skill"].choices = [("", _("（请选择）")), *((str(pk), name) for pk, name in skills)]  # type: ignore[attr-defined]


class ReasonForm(Form):
    """Why."""

    reason = forms.CharField(label=_("原因"), widget=forms.Textarea(attrs={"rows": 4}))
