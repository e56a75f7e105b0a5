"""The account that signs in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kefu.kernel.actor import Actor, ActorKind
from kefu.platform.access.choices import Density, Language, Theme, UserState


class UserManager(BaseUserManager["User"]):
    """Accounts by their name, upper and lower case being the same."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The account of that name; raises ``User.DoesNotExist``."""
        return self.get(username__iexact=username or "")


class User(AbstractBaseUser):
    """Somebody who signs in. What they do for a living is known to ``people``."""

    username = models.CharField(_("账号"), max_length=64, unique=True)
    display_name = models.CharField(_("姓名"), max_length=64)
    language = models.CharField(_("语言"), max_length=16, choices=Language.choices, blank=True, default="")
    theme = models.CharField(_("主题"), max_length=8, choices=Theme.choices, blank=True, default="")
    density = models.CharField(_("密度"), max_length=8, choices=Density.choices, blank=True, default="")
    is_active = models.BooleanField(_("在用"), default=True)
    must_change_password = models.BooleanField(_("下次登录须改密码"), default=False)
    home_node = models.ForeignKey(
        "access.ScopeNode",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("所属单位"),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    password_changed_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    objects: Any = UserManager()

    class Meta:
        ordering = ["username"]
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="access_user_username_once"),
            models.CheckConstraint(condition=~models.Q(username=""), name="access_user_username_given"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def state(self) -> UserState:
        """Whether the account can be used."""
        if not self.is_active:
            return UserState.INACTIVE
        return UserState.MUST_CHANGE if self.must_change_password else UserState.ACTIVE

    def as_actor(self, *, ip: str = "", session_key: str = "") -> Actor:
        """This account acting from ``ip`` in that session."""
        return Actor(kind=ActorKind.USER, label=self.username, user_id=self.pk, ip=ip, session_key=session_key)
