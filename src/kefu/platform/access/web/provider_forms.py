"""The form of an identity provider."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kefu.platform.access.models import IdentityProvider, Role
from kefu.platform.webui.forms import Form

_NAMES = (
    "code",
    "name",
    "issuer",
    "client_id",
    "scopes",
    "is_active",
    "may_create",
    "username_claim",
    "default_role",
    "role_claim",
)


class ProviderForm(Form):
    """A provider as its administrator describes it."""

    name = forms.CharField(label=_("名称"), max_length=64, help_text=_("显示在登录按钮上。"))
    code = forms.SlugField(label=_("编码"), max_length=40, help_text=_("出现在回调地址里，之后不要更改。"))
    issuer = forms.CharField(label=_("签发者"), max_length=255, help_text=_("例如 https://id.example.com/realms/kefu"))
    client_id = forms.CharField(label=_("客户端编号"), max_length=255)
    new_secret = forms.CharField(
        label=_("客户端密钥"),
        required=False,
        max_length=1024,
        strip=False,
        help_text=_("加密保存，不再显示；留空则不更改。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.CharField(label=_("请求范围"), max_length=255, initial="openid profile email")
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)
    may_create = forms.BooleanField(label=_("首次登录时自动创建账号"), required=False)
    username_claim = forms.CharField(label=_("账号取自"), max_length=64, initial="preferred_username")
    default_role = forms.ModelChoiceField(
        label=_("默认角色"), queryset=Role.objects.all(), required=False, empty_label=_("（暂不分派）")
    )
    role_claim = forms.CharField(label=_("角色取自"), max_length=64, required=False)
    role_map = forms.CharField(
        label=_("角色对应"),
        required=False,
        max_length=4000,
        help_text=_("每行一条：对方的值 = 角色编码，例如 kefu-leaders = leader"),
        widget=forms.Textarea(attrs={"spellcheck": "false"}),
    )

    def __init__(self, *args: Any, provider: IdentityProvider | None, **kwargs: Any) -> None:
        if provider is not None:
            initial = {name: getattr(provider, name) for name in _NAMES}
            initial["role_map"] = "\n".join(f"{key} = {value}" for key, value in provider.role_map.items())
            kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)

    def clean_scopes(self) -> str:
        """Always with ``openid``, without which there is no ID token."""
        words = str(self.cleaned_data["scopes"]).split()
        return " ".join(dict.fromkeys(["openid", *words]))

    def clean_role_map(self) -> dict[str, str]:
        """Value of the claim → code of the role."""
        found: dict[str, str] = {}
        for line in self.cleaned_data["role_map"].splitlines():
            key, equals, code = line.partition("=")
            if not line.strip():
                continue
            if not equals or not key.strip() or not code.strip():
                raise ValidationError(_("请每行写成“值 = 角色编码”。"))
            found[key.strip()] = code.strip()
        return found

    def values(self) -> dict[str, Any]:
        """The fields for the service, without the secret."""
        return {name: self.cleaned_data[name] for name in (*_NAMES, "role_map")}

    def secret(self) -> str | None:
        """A new secret, or ``None`` to keep the present one."""
        return self.cleaned_data["new_secret"] or None
