"""Messages to people, and every attempt to send one."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.delivery.choices import OPEN_MESSAGE_STATES, Channel, MessageState, OutcomeKind
from kefu.platform.privacy import sealing


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says."""

    subject: str
    body: str
    html: str = ""


class Message(models.Model):
    """One message to one person over one channel, from the request to its end.

    ``dedupe_key`` makes asking twice the same as asking once. ``round`` counts a person's decisions to send again;
    with ``uid`` it is the key by which a gateway recognises a repetition. The text is sealed; it is forgotten after
    the retention time, the row stays.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField(_("渠道"), max_length=8, choices=Channel.choices)
    to_token = models.BinaryField(_("收件人"), max_length=16)
    dedupe_key = models.CharField(_("去重键"), max_length=200, unique=True)
    origin = models.CharField(_("来源"), max_length=200, blank=True)
    sealed = models.BinaryField(_("内容"), null=True)
    body_length = models.PositiveIntegerField(_("正文长度"))
    state = models.CharField(_("状态"), max_length=16, choices=MessageState.choices, default=MessageState.QUEUED)
    round = models.PositiveSmallIntegerField(_("轮次"), default=1)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    claimed_at = models.DateTimeField(_("开始发送时间"), null=True, blank=True)
    next_attempt_at = models.DateTimeField(_("下次尝试"), null=True, blank=True)
    error = models.TextField(_("错误"), blank=True)
    provider_id = models.CharField(_("网关编号"), max_length=200, blank=True)
    queue_job_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(_("创建时间"))
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    note = models.CharField(_("处理说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("消息")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="delivery_message_state_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="delivery_message_channel_known"),
            models.CheckConstraint(condition=~Q(dedupe_key=""), name="delivery_message_dedupe_given"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, state__in=[*OPEN_MESSAGE_STATES, MessageState.UNKNOWN])
                | Q(finished_at__isnull=False) & ~Q(state__in=[*OPEN_MESSAGE_STATES, MessageState.UNKNOWN]),
                name="delivery_message_finished_iff_closed",
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.SENDING) | Q(claimed_at__isnull=False),
                name="delivery_message_sending_claimed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=OPEN_MESSAGE_STATES) | Q(sealed__isnull=False),
                name="delivery_message_open_has_content",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], condition=Q(finished_at__isnull=True), name="delivery_message_open"),
            models.Index(fields=["to_token", "-id"], name="delivery_message_recipient"),
            models.Index(fields=["origin", "-id"], condition=~Q(origin=""), name="delivery_message_origin"),
            models.Index(fields=["finished_at"], condition=Q(sealed__isnull=False), name="delivery_message_content"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.uid}"

    @property
    def seal_context(self) -> str:
        """What the sealed text is bound to."""
        return f"delivery.message:{self.uid}"

    @property
    def content(self) -> Content | None:
        """What it says; ``None`` once the text has been forgotten."""
        if self.sealed is None:
            return None
        return Content(**json.loads(sealing.unseal(self.sealed, self.seal_context)))

    @property
    def idempotency_key(self) -> str:
        """The same for each automatic repetition, another after a person's decision to send again."""
        return f"{self.uid}-{self.round}"

    @property
    def state_choice(self) -> MessageState:
        """The state with its label and tone."""
        return MessageState(self.state)


class MessageAttempt(models.Model):
    """One attempt: written down and committed before anything leaves, completed with what came of it.

    An attempt that was never completed is one whose process died: nobody knows whether the message left.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempt_log")
    number = models.PositiveSmallIntegerField()
    is_repeatable = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=OutcomeKind.choices, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    detail = models.TextField(blank=True)

    class Meta:
        verbose_name = _("发送尝试")
        ordering = ("message_id", "number")
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="delivery_attempt_once"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, outcome="")
                | Q(finished_at__gte=F("started_at"), outcome__in=OutcomeKind.values),
                name="delivery_attempt_finished_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.number}"

    @property
    def outcome_choice(self) -> OutcomeKind | None:
        """What came of it; ``None`` while (or because) nobody knows."""
        return OutcomeKind(self.outcome) if self.outcome else None


class MessageFile(models.Model):
    """A stored file that goes with a message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("消息附件")
        constraints = [models.UniqueConstraint(fields=["message", "file"], name="delivery_messagefile_once")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.file_id}"
