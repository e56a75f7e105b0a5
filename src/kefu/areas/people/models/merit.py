"""The ledger of rewards, penalties and customers' praise, with evidence and appeals."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.people.choices import AppealVerdict, MeritKind, MeritState, PraiseChannel
from kefu.kernel.permissions import Scope


class MeritQuerySet(models.QuerySet["Merit"]):
    """Entries, narrowed to what a scope opens."""

    def inside(self, scope: Scope) -> MeritQuerySet:
        """Those of people whose unit is or was (on the day of the entry) in the scope, and the viewer's own."""
        if scope.everything:
            return self
        condition = Q(employee__unit_id__in=scope.node_ids) | Q(unit_id__in=scope.node_ids)
        if scope.user_id is not None:
            condition |= Q(employee__user_id=scope.user_id)
        return self.filter(condition)


class Merit(models.Model):
    """One reward, penalty or praise of one person. ``amount`` (yuan) and ``points`` bear the sign of the kind."""

    number = models.CharField(_("编号"), max_length=24, unique=True)
    employee = models.ForeignKey(
        "people.Employee", verbose_name=_("员工"), on_delete=models.PROTECT, related_name="merits"
    )
    unit = models.ForeignKey("people.Unit", verbose_name=_("单位"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("类型"), max_length=8, choices=MeritKind.choices)
    channel = models.CharField(_("表扬方式"), max_length=8, choices=PraiseChannel.choices, blank=True)
    title = models.CharField(_("事由"), max_length=120)
    body = models.TextField(_("详细说明"), blank=True)
    happened_on = models.DateField(_("发生日期"))
    amount = models.DecimalField(_("金额（元）"), max_digits=10, decimal_places=2, default=0)
    points = models.IntegerField(_("积分"), default=0)
    state = models.CharField(_("状态"), max_length=12, choices=MeritState.choices, default=MeritState.STANDING)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("登记人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    recorded_at = models.DateTimeField(_("登记时间"))

    objects = MeritQuerySet.as_manager()

    class Meta:
        verbose_name = _("奖惩记录")
        verbose_name_plural = _("奖惩记录")
        ordering = ("-happened_on", "-id")
        indexes = [
            models.Index(fields=("-happened_on", "-id"), name="people_merit_newest"),
            models.Index(fields=("employee", "-happened_on"), name="people_merit_of"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="penalty", amount__lte=0, points__lte=0)
                | (~Q(kind="penalty") & Q(amount__gte=0, points__gte=0)),
                name="people_merit_sign",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class MeritEvidence(models.Model):
    """A file that proves an entry."""

    merit = models.ForeignKey(Merit, on_delete=models.CASCADE, related_name="evidence")
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("奖惩凭证")
        verbose_name_plural = _("奖惩凭证")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.merit_id} {self.file_id}"


class MeritAppeal(models.Model):
    """The employee objects, once; somebody who neither recorded the entry nor is its subject decides."""

    merit = models.OneToOneField(Merit, on_delete=models.PROTECT, related_name="appeal")
    reason = models.TextField(_("申诉理由"))
    appealed_at = models.DateTimeField()
    appealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(_("处理结果"), max_length=12, choices=AppealVerdict.choices, blank=True)
    comment = models.TextField(_("处理说明"), blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    amount_before = models.DecimalField(max_digits=10, decimal_places=2)
    points_before = models.IntegerField()

    class Meta:
        verbose_name = _("奖惩申诉")
        verbose_name_plural = _("奖惩申诉")
        ordering = ("-appealed_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="", decided_at__isnull=True) | (~Q(verdict="") & Q(decided_at__isnull=False)),
                name="people_meritappeal_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merit_id} {self.verdict}"
