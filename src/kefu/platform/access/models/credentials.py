"""Sessions, API tokens and the counters that slow guessing down."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kefu.platform.access.choices import PendingStep, SessionEnd, TokenState


class SessionRecord(models.Model):
    """One sign-in of one browser, kept after its end for the list of sessions and the audit.

    While ``pending`` says that a step of the sign-in is missing, or ``locked_at`` that the seat is locked, the
    session opens nothing. ``idle_seconds`` (0: never) is after how long without input the seat locks.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="session_records")
    session_key = models.CharField(max_length=40, unique=True)
    ip = models.CharField(max_length=45, blank=True)
    user_agent = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=16, choices=SessionEnd.choices, blank=True, default="")
    pending = models.CharField(max_length=8, choices=PendingStep.choices, blank=True, default="")
    verified_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    idle_seconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-last_seen_at"]
        verbose_name = _("登录会话")
        verbose_name_plural = _("登录会话")
        indexes = [models.Index(fields=["user", "-last_seen_at"], name="access_session_user_seen")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, end_reason="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(end_reason="")),
                name="access_session_end_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.ip}"


class ApiToken(models.Model):
    """A machine's key to the API: a subset of its owner's permissions, until a date. Only a digest is stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=16)
    permissions = ArrayField(models.CharField(max_length=96))
    networks = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_ip = models.CharField(max_length=45, blank=True, default="")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("API 令牌")
        verbose_name_plural = _("API 令牌")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="access_apitoken_lasts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    def state_at(self, now: datetime) -> TokenState:
        """Whether the token opens anything at ``now``."""
        if self.revoked_at is not None:
            return TokenState.REVOKED
        return TokenState.EXPIRED if self.expires_at <= now else TokenState.ACTIVE


class LoginThrottle(models.Model):
    """Failed sign-ins under one key (a name from an address, a name, or an address) and the wait they earned."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_failed_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["last_failed_at"], name="access_throttle_failed")]

    def __str__(self) -> str:
        return f"{self.key}: {self.failures}"


class RateCounter(models.Model):
    """How often something was asked under ``key`` in the window that began at ``window_at``."""

    key = models.CharField(max_length=96)
    window_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window_at"], name="access_ratecounter_once")]
        indexes = [models.Index(fields=["window_at"], name="access_ratecounter_window")]

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
