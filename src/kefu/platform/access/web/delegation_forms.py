"""The forms of delegations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kefu.kernel.actor import Actor
from kefu.platform.access import permissions, queries
from kefu.platform.access.models import User
from kefu.platform.webui.forms import Form

_OFFERED = 300


class AccountField(forms.CharField):
    """An account by its name, with the accounts that the viewer knows anyway offered while typing."""

    def __init__(self, *, datalist: str, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "list": datalist}
        super().__init__(max_length=64, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> User:
        """The account in use of that name."""
        name = super().clean(value)
        user = User.objects.filter(username__iexact=name, is_active=True).select_related("home_node").first()
        if user is None:
            raise ValidationError(_("没有这个账号，请填写工号。"))
        return user


class DelegationForm(Form):
    """Who stands in, from when until when, and why."""

    deputy = AccountField(
        label=_("代理人"), datalist="known-accounts", error_messages={"required": _("请填写代理人的工号。")}
    )
    starts_at = forms.DateTimeField(
        label=_("开始时间"), required=False, widget=forms.DateTimeInput(), help_text=_("留空为立即开始。")
    )
    ends_at = forms.DateTimeField(
        label=_("结束时间"), widget=forms.DateTimeInput(), error_messages={"required": _("请填写结束时间。")}
    )
    reason = forms.CharField(
        label=_("原因"), max_length=200, error_messages={"required": _("请填写原因，例如“年假”。")}
    )

    def __init__(self, *args: Any, viewer: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def known(self) -> QuerySet[User]:
        """The accounts to offer: those the viewer may see, and the colleagues of the viewer's own unit."""
        home = User.objects.filter(pk=self.viewer.user_id).values("home_node_id")
        seen = queries.users_visible_to(self.viewer).values("pk")
        users = User.objects.filter(Q(pk__in=seen) | Q(home_node_id__in=home), is_active=True)
        return users.exclude(pk=self.viewer.user_id).order_by("username")[:_OFFERED]


class ManagedDelegationForm(DelegationForm):
    """The same for somebody else."""

    field_order = ["principal", "deputy", "starts_at", "ends_at", "reason"]

    principal = AccountField(
        label=_("委托人"), datalist="known-accounts", error_messages={"required": _("请填写委托人的工号。")}
    )

    def clean_principal(self) -> User:
        """One of those for whom the viewer may set it; others are not told from names that do not exist."""
        user: User = self.cleaned_data["principal"]
        if not queries.scope_for(self.viewer, permissions.DELEGATION_MANAGE).covers_node(user.home_node_id):
            raise ValidationError(_("没有这个账号，请填写工号。"))
        return user
