"""The SMS gateway of the installation."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.delivery.choices import BodyKind, Method, SuccessKind
from kefu.platform.delivery.rules import SuccessRule
from kefu.platform.privacy import sealing


class SmsGateway(models.Model):
    """How to hand a short message to an HTTP gateway; at most one row.

    ``url``, the values of ``headers`` and ``body`` are templates with ``{{phone}}``, ``{{text}}``, ``{{id}}`` and
    ``{{secret}}``. A gateway that knows ``idempotency_header`` may be asked again after a crash.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    is_active = models.BooleanField(_("启用"), default=False)
    url = models.CharField(_("地址"), max_length=500)
    method = models.CharField(_("方法"), max_length=8, choices=Method.choices, default=Method.POST)
    headers = models.JSONField(_("请求头"), default=dict, blank=True)
    body_kind = models.CharField(_("参数格式"), max_length=8, choices=BodyKind.choices, default=BodyKind.JSON)
    body = models.TextField(_("参数模板"))
    sealed_secret = models.BinaryField(_("密钥"), null=True)
    success_kind = models.CharField(
        _("成功条件"), max_length=8, choices=SuccessKind.choices, default=SuccessKind.STATUS
    )
    success_path = models.CharField(_("成功条件的位置"), max_length=100, blank=True)
    success_value = models.CharField(_("成功条件的值"), max_length=200, blank=True)
    id_path = models.CharField(_("网关编号的位置"), max_length=100, blank=True)
    idempotency_header = models.CharField(_("幂等请求头"), max_length=64, blank=True)
    timeout_seconds = models.PositiveSmallIntegerField(_("超时（秒）"), default=15)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(_("修改时间"))
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("短信网关")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="delivery_smsgateway_single"),
            models.CheckConstraint(
                condition=Q(timeout_seconds__gte=1, timeout_seconds__lte=60), name="delivery_smsgateway_timeout"
            ),
        ]

    def __str__(self) -> str:
        return self.url

    seal_context = "delivery.smsgateway:secret"

    @property
    def secret(self) -> str:
        """The gateway's secret in plain; empty when there is none."""
        return "" if self.sealed_secret is None else sealing.unseal(self.sealed_secret, self.seal_context)

    @property
    def success_rule(self) -> SuccessRule:
        """How its answers are read."""
        return SuccessRule(self.success_kind, self.success_path, self.success_value, self.id_path)
