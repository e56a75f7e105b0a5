"""Who is told about events over HTTP, and every such call."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.delivery.choices import CallState, EndpointState
from kefu.platform.privacy import sealing


class WebhookEndpoint(models.Model):
    """An address that wants to hear of some kinds of events.

    ``sealed_secret`` signs each call; it is shown once. A removed endpoint keeps its calls.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("名称"), max_length=100)
    url = models.CharField(_("地址"), max_length=500)
    events = models.JSONField(_("事件"), default=list)
    sealed_secret = models.BinaryField(_("签名密钥"))
    state = models.CharField(_("状态"), max_length=16, choices=EndpointState.choices, default=EndpointState.ACTIVE)
    failed_in_a_row = models.PositiveIntegerField(_("连续失败次数"), default=0)
    paused_at = models.DateTimeField(_("暂停时间"), null=True, blank=True)
    last_delivered_at = models.DateTimeField(_("最近送达"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("创建时间"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(_("删除时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("事件推送地址")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EndpointState.values), name="delivery_endpoint_state_known"),
            models.CheckConstraint(
                condition=Q(state=EndpointState.ACTIVE, paused_at__isnull=True)
                | ~Q(state=EndpointState.ACTIVE) & Q(paused_at__isnull=False),
                name="delivery_endpoint_paused_at",
            ),
            models.UniqueConstraint(
                fields=["name"], condition=Q(removed_at__isnull=True), name="delivery_endpoint_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def seal_context(self) -> str:
        """What the sealed secret is bound to."""
        return f"delivery.endpoint:{self.uid}"

    @property
    def secret(self) -> str:
        """The secret that signs."""
        return sealing.unseal(self.sealed_secret, self.seal_context)

    @property
    def state_choice(self) -> EndpointState:
        """The state with its label and tone."""
        return EndpointState(self.state)


class WebhookCall(models.Model):
    """One event for one endpoint, once; a replay is a call of its own.

    The event is copied (ids only), because events are forgotten after thirty days. The receiver knows a repetition
    by ``uid``, so an interrupted call is simply made again.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="calls")
    event_uid = models.UUIDField(_("事件编号"))
    event_code = models.CharField(_("事件"), max_length=100)
    event_version = models.PositiveSmallIntegerField()
    payload = models.JSONField(_("事件内容"))
    occurred_at = models.DateTimeField(_("发生时间"))
    replay_of = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="replays")
    state = models.CharField(_("状态"), max_length=16, choices=CallState.choices, default=CallState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(_("下次尝试"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("状态码"), null=True, blank=True)
    error = models.TextField(_("错误"), blank=True)
    took_seconds = models.FloatField(_("用时（秒）"), null=True, blank=True)
    queue_job_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(_("创建时间"))
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("事件推送")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CallState.values), name="delivery_call_state_known"),
            models.UniqueConstraint(
                fields=["endpoint", "event_uid"], condition=Q(replay_of__isnull=True), name="delivery_call_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[CallState.DELIVERED, CallState.FAILED], finished_at__isnull=False)
                | ~Q(state__in=[CallState.DELIVERED, CallState.FAILED]) & Q(finished_at__isnull=True),
                name="delivery_call_finished_iff_closed",
            ),
            models.CheckConstraint(
                condition=~Q(state=CallState.SENDING) | Q(claimed_at__isnull=False), name="delivery_call_claimed"
            ),
        ]
        indexes = [
            models.Index(fields=["endpoint", "-id"], name="delivery_call_endpoint"),
            models.Index(fields=["id"], condition=Q(finished_at__isnull=True), name="delivery_call_open"),
            models.Index(fields=["finished_at"], name="delivery_call_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event_code} {self.uid}"

    @property
    def state_choice(self) -> CallState:
        """The state with its label and tone."""
        return CallState(self.state)
