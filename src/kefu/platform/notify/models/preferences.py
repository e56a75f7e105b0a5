"""What people chose about their notices."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kefu.platform.notify import rules


class Preference(models.Model):
    """By which ways one person hears of one kind; an empty list switches the kind off."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("类别"), max_length=100)
    ways = models.JSONField(_("方式"), default=list)

    class Meta:
        verbose_name = _("通知偏好")
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notify_preference_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class PersonalSettings(models.Model):
    """When one person may be disturbed, when the digest comes, and where mail and SMS go (tokens of the vault)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    quiet_from = models.TimeField(_("免打扰开始"), null=True, blank=True, default=rules.QUIET_FROM)
    quiet_until = models.TimeField(_("免打扰结束"), null=True, blank=True, default=rules.QUIET_UNTIL)
    digest_at = models.TimeField(_("汇总邮件时间"), default=rules.DIGEST_AT)
    mail_token = models.BinaryField(_("邮箱"), max_length=16, null=True)
    phone_token = models.BinaryField(_("手机号"), max_length=16, null=True)

    class Meta:
        verbose_name = _("个人通知设置")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notify_settings_quiet_both",
            )
        ]

    def __str__(self) -> str:
        return str(self.user_id)
