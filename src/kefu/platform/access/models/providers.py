"""Single sign-on: the identity providers of the centre and the accounts they vouch for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class IdentityProvider(models.Model):
    """An OpenID Connect provider that people may sign in with; its secret is sealed.

    ``role_map`` turns values of the claim ``role_claim`` into codes of roles, given when an account is created.
    """

    code = models.SlugField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=64)
    issuer = models.CharField(_("签发者"), max_length=255)
    client_id = models.CharField(_("客户端编号"), max_length=255)
    sealed_secret = models.BinaryField(null=True)
    scopes = models.CharField(_("请求范围"), max_length=255, default="openid profile email")
    is_active = models.BooleanField(_("启用"), default=True)
    may_create = models.BooleanField(_("自动创建账号"), default=False)
    username_claim = models.CharField(_("账号取自"), max_length=64, default="preferred_username")
    default_role = models.ForeignKey(
        "access.Role", verbose_name=_("默认角色"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role_claim = models.CharField(_("角色取自"), max_length=64, blank=True, default="")
    role_map = models.JSONField(_("角色对应"), default=dict, blank=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("身份提供方")
        verbose_name_plural = _("身份提供方")

    def __str__(self) -> str:
        return self.name

    @property
    def seal_context(self) -> str:
        """What the secret is bound to."""
        return f"access.provider:{self.pk}"


class ExternalIdentity(models.Model):
    """The account behind a subject of a provider. A subject never changes hands, unlike a mail address."""

    provider = models.ForeignKey(IdentityProvider, on_delete=models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="external_identities")
    linked_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("外部身份")
        verbose_name_plural = _("外部身份")
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="access_externalidentity_subject"),
            models.UniqueConstraint(fields=["provider", "user"], name="access_externalidentity_user"),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.user_id}"
