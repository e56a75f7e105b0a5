"""The trail and the seals over it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Who did what to what. Written once; the sealer alone fills ``seq``, ``previous``, ``hash``, ``sealed_at``.

    A trigger refuses every other change and every deletion but one: erasing a person takes values out of what may name
    them (``redacted_at``). The chain binds the ``proof``, a salted digest of those fields; the salt goes with the values,
    so that nobody can find them by trying. ``seq`` counts the chain without gaps.
    """

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_label = models.CharField(max_length=64)
    user_id = models.BigIntegerField(null=True, blank=True)
    token_id = models.BigIntegerField(null=True, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    session = models.CharField(max_length=16, blank=True)
    cause = models.CharField(max_length=128, blank=True)
    action = models.CharField(max_length=96)
    target = models.CharField(max_length=128)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)
    node_id = models.BigIntegerField(null=True, blank=True)

    seq = models.BigIntegerField(null=True, blank=True, unique=True)
    previous = models.BinaryField(null=True, blank=True)
    hash = models.BinaryField(null=True, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    salt = models.BinaryField(null=True, blank=True)
    proof = models.BinaryField(null=True, blank=True)
    redacted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        indexes = [
            models.Index(fields=["id"], name="audit_entry_unsealed", condition=models.Q(seq__isnull=True)),
            models.Index(fields=["action", "-id"], name="audit_entry_action"),
            models.Index(fields=["target", "-id"], name="audit_entry_target"),
            models.Index(fields=["actor_label", "-id"], name="audit_entry_actor"),
            models.Index(fields=["-at", "-id"], name="audit_entry_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(seq__isnull=True, hash__isnull=True, previous__isnull=True, sealed_at__isnull=True)
                | models.Q(seq__isnull=False, hash__isnull=False, previous__isnull=False, sealed_at__isnull=False),
                name="audit_entry_sealed_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(redacted_at__isnull=True)
                | models.Q(salt__isnull=True, seq__isnull=False, redacted_at__isnull=False),
                name="audit_entry_redacted_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_label} {self.action} {self.target}"


class AuditSeal(models.Model):
    """One batch that was chained: where the chain stood afterwards, so that a missing tail is noticed."""

    sealed_at = models.DateTimeField()
    first_seq = models.BigIntegerField(unique=True)
    last_seq = models.BigIntegerField(unique=True)
    hash = models.BinaryField()

    class Meta:
        ordering = ["-last_seq"]

    def __str__(self) -> str:
        return f"{self.first_seq}–{self.last_seq}"
