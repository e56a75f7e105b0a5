"""The forms of access: they only read input; services decide."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kefu.kernel.actor import Actor
from kefu.kernel.permissions import PERMISSIONS, Scope
from kefu.platform.access import queries
from kefu.platform.access.choices import Density, Language, Theme
from kefu.platform.access.models import Role, ScopeNode
from kefu.platform.access.services.authorising import label_of
from kefu.platform.webui.forms import Form


def _password(label: Any, autocomplete: str, required: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": required},
    )


_POLICY = _("至少 10 个字符，不能太常见，也不能由账号或姓名稍加改动而成。")


class SignInForm(Form):
    """Name and password."""

    username = forms.CharField(
        label=_("账号"),
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("请填写账号。")},
    )
    password = _password(_("密码"), "current-password", _("请填写密码。"))


class PasswordForm(Form):
    """A change of one's own password."""

    old = _password(_("当前密码"), "current-password", _("请填写当前密码。"))
    password = _password(_("新密码"), "new-password", _("请填写新密码。"), _POLICY)
    again = _password(_("再次输入新密码"), "new-password", _("请再次输入新密码。"))

    def clean(self) -> dict[str, Any]:
        """Both entries of the new password must be the same."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("两次输入的新密码不一致。"))
        return data


class CodeForm(Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("动态口令"),
        max_length=32,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("请填写 6 位数字。")},
    )


class UnlockForm(Form):
    """What opens a locked seat."""

    secret = _password(_("密码或动态口令"), "current-password", _("请填写密码。"))


class ProtectionForm(Form):
    """How a role is protected."""

    requires_second_factor = forms.BooleanField(label=_("持有人登录时须用动态口令"), required=False)
    networks = forms.CharField(
        label=_("只在这些网络中有效"),
        required=False,
        max_length=4000,
        help_text=_("每行一个地址或网络，例如 10.8.0.0/16；留空为不限。"),
        widget=forms.Textarea(attrs={"spellcheck": "false"}),
    )


class PreferencesForm(Form):
    """How one likes the pages."""

    language = forms.ChoiceField(label=_("语言"), choices=Language.choices, required=False)
    theme = forms.ChoiceField(label=_("主题"), choices=Theme.choices, required=False)
    density = forms.ChoiceField(label=_("密度"), choices=Density.choices, required=False)


_UNSAID = _("（不指定）")


class NodeField(forms.ChoiceField):
    """A node among those inside a scope, drawn as an indented tree; cleans to the node or ``None``."""

    def __init__(self, *, empty_label: Any = _UNSAID, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.empty_label = empty_label
        self._nodes: dict[str, ScopeNode] = {}

    def offer(self, scope: Scope) -> None:
        """Offer the nodes inside ``scope``."""
        self._nodes = {}  # the class's own dictionary would be shared by all requests
        options: list[tuple[str, Any]] = [("", self.empty_label)]
        for root in queries.node_tree(timezone.localdate()):
            for branch in root.walk():
                if scope.covers_node(branch.node.pk):
                    self._nodes[str(branch.node.pk)] = branch.node
                    options.append((str(branch.node.pk), "　" * branch.depth + branch.node.name))
        self.choices = options

    def clean(self, value: Any) -> ScopeNode | None:
        """The node; an id outside the scope is not a valid choice."""
        text = super().clean(value)
        return self._nodes.get(text) if text else None


class UserForm(Form):
    """Name, language and unit of an account."""

    display_name = forms.CharField(label=_("姓名"), max_length=64, error_messages={"required": _("请填写姓名。")})
    home_node = NodeField(label=_("所属单位"), required=False, help_text=_("决定“本单位”“本职场”看到的范围。"))
    language = forms.ChoiceField(label=_("语言"), choices=Language.choices, required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        node = self.fields["home_node"]
        assert isinstance(node, NodeField)
        node.offer(scope)


class NewUserForm(UserForm):
    """A new account with its first password and role."""

    field_order = ["username", "display_name", "home_node", "role", "password", "language"]

    username = forms.CharField(
        label=_("账号"),
        help_text=_("通常是工号；登录时不分大小写。"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("请填写账号。")},
    )
    role = forms.ModelChoiceField(
        label=_("角色"), queryset=Role.objects.all(), required=False, empty_label=_("（暂不分派）")
    )
    password = forms.CharField(
        label=_("初始密码"),
        help_text=_("首次登录时须修改。至少 10 个字符，不能太常见。"),
        strip=False,
        max_length=256,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("请填写初始密码。")},
    )


class ResetPasswordForm(Form):
    """A new password for somebody else."""

    password = forms.CharField(
        label=_("临时密码"),
        help_text=_("当面告知本人；下次登录时须修改，现有会话会全部退出。"),
        strip=False,
        max_length=256,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("请填写临时密码。")},
    )


class AssignForm(Form):
    """A role for somebody, on a node, until a day."""

    role = forms.ModelChoiceField(
        label=_("角色"), queryset=Role.objects.all(), empty_label=None, error_messages={"required": _("请选择角色。")}
    )
    node = NodeField(label=_("范围"), required=False, empty_label=_("随所属单位"))
    until = forms.DateField(
        label=_("有效至"), required=False, widget=forms.DateInput(), help_text=_("留空为长期；代班请填写最后一天。")
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        node = self.fields["node"]
        assert isinstance(node, NodeField)
        node.offer(scope)

    def ends_at(self) -> datetime | None:
        """The instant at which the last day is over."""
        return _end_of_day(self.cleaned_data.get("until"))


class WhyForm(Form):
    """Whose right is asked about, and where."""

    user = forms.CharField(
        label=_("账号"),
        required=False,
        max_length=64,
        help_text=_("留空为本人。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    permission = forms.ChoiceField(label=_("权限"), error_messages={"required": _("请选择权限。")})
    node = NodeField(label=_("单位"), required=False, empty_label=_("任何单位"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, node = self.fields["permission"], self.fields["node"]
        assert isinstance(field, forms.ChoiceField)
        assert isinstance(node, NodeField)
        field.choices = [(p.code, f"{label_of(p.code)} · {p.code}") for p in PERMISSIONS]
        node.offer(scope)


class ViewAsForm(Form):
    """Why one looks with somebody else's eyes."""

    reason = forms.CharField(
        label=_("原因"), max_length=200, error_messages={"required": _("请填写原因，会记入审计。")}
    )


class RoleForm(Form):
    """A new role."""

    name = forms.CharField(label=_("角色名称"), max_length=64, error_messages={"required": _("请填写角色名称。")})
    code = forms.CharField(
        label=_("编码"),
        max_length=64,
        help_text=_("小写字母开头，只含小写字母、数字和下划线；之后不能更改。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("请填写编码。")},
    )


class TokenForm(Form):
    """A new API token."""

    name = forms.CharField(
        label=_("用途"), max_length=64, help_text=_("例如“报表同步”。"), error_messages={"required": _("请填写用途。")}
    )
    until = forms.DateField(
        label=_("有效至"),
        widget=forms.DateInput(),
        help_text=_("最长一年。"),
        error_messages={"required": _("请选择有效期。"), "invalid": _("请填写日期，例如 2026-11-20。")},
    )
    permissions = forms.MultipleChoiceField(
        label=_("权限"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只给需要的权限；数据范围与您本人相同。"),
        error_messages={"required": _("请至少选择一项权限。")},
    )

    networks = forms.CharField(
        label=_("只在这些网络中有效"),
        required=False,
        max_length=4000,
        help_text=_("每行一个地址或网络，例如 10.8.0.0/16；留空为不限。"),
        widget=forms.Textarea(attrs={"spellcheck": "false", "rows": 2}),
    )

    def __init__(self, *args: Any, owner: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = queries.permissions_of(owner)
        field = self.fields["permissions"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(p.code, label_of(p.code)) for p in PERMISSIONS if p.code in held]
        self.fields["until"].initial = timezone.localdate() + timedelta(days=90)

    def expires_at(self) -> datetime:
        """The instant at which the last day is over."""
        end = _end_of_day(self.cleaned_data["until"])
        assert end is not None
        return end


def _end_of_day(day: Any) -> datetime | None:
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
