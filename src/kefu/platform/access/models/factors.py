"""What a person proves besides the password, and the passwords they had."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SecondFactor(models.Model):
    """The authenticator app of an account: its secret (sealed) and the last time step that was used.

    Counts only once ``confirmed_at`` is set: before that the person has been shown the secret, no more.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="second_factor"
    )
    sealed_secret = models.BinaryField()
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("动态口令")
        verbose_name_plural = _("动态口令")

    def __str__(self) -> str:
        return f"{self.user_id}"

    @property
    def seal_context(self) -> str:
        """What the secret is bound to."""
        return f"access.second_factor:{self.user_id}"


class RecoveryCode(models.Model):
    """A code for the day on which the phone is lost: opens once. Only a digest is stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="access_recoverycode_once")]

    def __str__(self) -> str:
        return f"{self.user_id}"


class PastPassword(models.Model):
    """A password (hashed) that an account had, so that it does not come back too soon."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ["-replaced_at", "-id"]
        indexes = [models.Index(fields=["user", "-replaced_at"], name="access_pastpassword_user")]

    def __str__(self) -> str:
        return f"{self.user_id}"
