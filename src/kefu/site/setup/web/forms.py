"""The form that creates the first administrator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kefu.platform.webui.forms import Form


def _password(label: Any, required: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": required},
    )


class ClaimForm(Form):
    """Code, name and password."""

    code = forms.CharField(
        label=_("设置码"),
        max_length=100,
        help_text=_("kefu serve 启动时打印在终端里，24 小时内有效。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("请填写设置码。")},
    )
    username = forms.CharField(
        label=_("管理员账号"),
        max_length=64,
        help_text=_("字母或数字开头，可含 . _ @ -。"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("请填写账号。")},
    )
    display_name = forms.CharField(
        label=_("姓名"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("请填写姓名。")},
    )
    password = _password(
        _("密码"), _("请填写密码。"), _("至少 10 个字符，不能太常见，也不能由账号或姓名稍加改动而成。")
    )
    again = _password(_("再次输入密码"), _("请再次输入密码。"))

    def clean(self) -> dict[str, Any]:
        """Both entries of the password must be the same."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("两次输入的密码不一致。"))
        return data
