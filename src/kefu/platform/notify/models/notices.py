"""What people are told."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from kefu.platform.notify.choices import DispatchState, SkipReason, Way
from kefu.platform.notify.registry import NOTICE_KINDS, NoticeKind


class Notice(models.Model):
    """One thing one person is told; at most one per person and ``dedupe_key``.

    ``title`` and ``body`` are msgids, ``params`` fill them: they are read in the language of whoever reads.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("类别"), max_length=100)
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"), blank=True)
    params = models.JSONField(default=dict, blank=True)
    url = models.CharField(_("链接"), max_length=500, blank=True)
    origin = models.CharField(_("来源"), max_length=200, blank=True)
    dedupe_key = models.CharField(max_length=200, blank=True)
    in_inbox = models.BooleanField(default=True)
    is_unread = models.BooleanField(_("未读"), default=True)
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("通知")
        ordering = ("-is_unread", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "dedupe_key"], condition=~Q(dedupe_key=""), name="notify_notice_once"
            ),
            models.CheckConstraint(
                condition=Q(is_unread=True, read_at__isnull=True) | Q(is_unread=False, read_at__isnull=False),
                name="notify_notice_read_at",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="notify_notice_title_given"),
        ]
        indexes = [
            models.Index(fields=["user", "-is_unread", "-id"], condition=Q(in_inbox=True), name="notify_notice_inbox"),
            models.Index(fields=["user"], condition=Q(in_inbox=True, is_unread=True), name="notify_notice_unread"),
            models.Index(fields=["created_at"], name="notify_notice_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def kind_spec(self) -> NoticeKind | None:
        """What is known of its kind; ``None`` for a kind nobody declares any more."""
        return NOTICE_KINDS.find(self.kind)

    @property
    def kind_label(self) -> str:
        """What its kind is called."""
        spec = self.kind_spec
        return str(spec.label) if spec else self.kind

    @property
    def icon(self) -> str:
        """The icon of its kind."""
        spec = self.kind_spec
        return spec.icon if spec else "bell"

    @property
    def title_text(self) -> str:
        """The title in the reader's language."""
        return rendered(self.title, self.params)

    @property
    def body_text(self) -> str:
        """The text in the reader's language."""
        return rendered(self.body, self.params)


def rendered(msgid: str, params: dict[str, Any]) -> str:
    """A stored text in the active language, filled with its parameters."""
    if not msgid:
        return ""
    text = _t(msgid)
    if not params:
        return text
    try:
        return text % params
    except (KeyError, ValueError, TypeError):
        return text


class Dispatch(models.Model):
    """One notice on its way out of the house; at most one per notice and way."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="dispatches")
    way = models.CharField(_("方式"), max_length=8, choices=[(way.value, way.label) for way in Way])
    due_at = models.DateTimeField(_("最早发出时间"))
    state = models.CharField(_("状态"), max_length=16, choices=DispatchState.choices, default=DispatchState.WAITING)
    skip_reason = models.CharField(_("未发出的原因"), max_length=16, choices=SkipReason.choices, blank=True)
    message = models.ForeignKey("delivery.Message", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("通知外发")
        constraints = [
            models.UniqueConstraint(fields=["notice", "way"], name="notify_dispatch_once"),
            models.CheckConstraint(
                condition=Q(way__in=[Way.MAIL, Way.SMS, Way.DIGEST]), name="notify_dispatch_outward"
            ),
            models.CheckConstraint(
                condition=Q(state=DispatchState.WAITING, finished_at__isnull=True)
                | Q(finished_at__isnull=False) & ~Q(state=DispatchState.WAITING),
                name="notify_dispatch_finished",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="waiting"), name="notify_dispatch_due")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.way}"
