"""Where calls come from: telephony sources, how far each was read, and when its link was down."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.calls.choices import LinkState, SourceKind


class Source(models.Model):
    """One telephone system or export that delivers calls. Every row below names its source."""

    code = models.SlugField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类型"), max_length=24, choices=SourceKind.choices)
    time_zone = models.CharField(_("时区"), max_length=40, default="Asia/Shanghai")
    node = models.ForeignKey(
        "access.ScopeNode",
        verbose_name=_("归属单位"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_active = models.BooleanField(_("启用"), default=True)
    options = models.JSONField(_("连接参数"), default=dict, blank=True)
    secret = models.BinaryField(_("签名密钥（加密）"), null=True, blank=True)
    link_state = models.CharField(_("连接状态"), max_length=8, choices=LinkState.choices, default=LinkState.NEVER)
    last_received_at = models.DateTimeField(_("最近收到"), null=True, blank=True)
    last_occurred_at = models.DateTimeField(_("最近事件时间"), null=True, blank=True)
    history_until = models.DateTimeField(_("历史数据截至"), null=True, blank=True)
    """What was loaded as history is complete up to here: calls that began and states that passed before are final."""
    last_error = models.CharField(_("最近错误"), max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("话务源")
        verbose_name_plural = _("话务源")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Checkpoint(models.Model):
    """How far one stream (a followed file, a batch feed) of a source has been taken in.

    ``state`` belongs to the connector: device, inode, offset, hash of the first line, the second that was being
    counted and how often each line occurred in it. It moves in the transaction that stores the lines.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="checkpoints")
    stream = models.CharField(max_length=300)
    state = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("读取位置")
        constraints = [models.UniqueConstraint(fields=("source", "stream"), name="calls_checkpoint_unique")]


class SourceOutage(models.Model):
    """A stretch in which a source's link was down (numerator of the outage rate)."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="outages")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("话务源中断")
        ordering = ("-started_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="calls_outage_period"
            ),
            models.UniqueConstraint(
                fields=("source",), condition=Q(ended_at__isnull=True), name="calls_outage_one_open"
            ),
        ]


class LiveOverlay(models.Model):
    """What only a live feed knows at present (hold, device state, real-time pause): replaced on (re)connect."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="overlays")
    kind = models.CharField(max_length=12, choices=[("call", _("通话")), ("agent", _("坐席"))])
    key = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("实时叠加")
        constraints = [models.UniqueConstraint(fields=("source", "kind", "key"), name="calls_overlay_unique")]
