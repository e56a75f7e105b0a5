"""What happened, and to whom it has been told."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.kernel.actor import Actor
from kefu.platform.outbox.choices import DeliveryState


class StoredEvent(models.Model):
    """One event as it was published; never changed."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=100)
    version = models.PositiveSmallIntegerField()
    payload = models.JSONField()
    cause = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("事件")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["code", "-id"], name="outbox_storedevent_code"),
            models.Index(fields=["created_at"], name="outbox_storedevent_created"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"

    @property
    def actor(self) -> Actor:
        """The system, acting because of this event: what a handler passes to services."""
        return Actor.system(f"event:{self.pk}")


class Delivery(models.Model):
    """One event for one handler: at most one row, so a handler's work is committed at most once."""

    event = models.ForeignKey(StoredEvent, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=150)
    state = models.CharField(max_length=16, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    trace = models.CharField(max_length=32, blank=True)
    queue_job_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("事件投递")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["event", "handler"], name="outbox_delivery_once"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="outbox_delivery_state_known"),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(state="dead"), name="outbox_delivery_dead"),
            models.Index(fields=["id"], condition=Q(state="waiting"), name="outbox_delivery_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.handler} {self.event_id}"

    @property
    def state_choice(self) -> DeliveryState:
        """The state with its label and tone."""
        return DeliveryState(self.state)
