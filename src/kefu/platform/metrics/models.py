"""Dirty buckets: which parts of which facts must be computed again."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class DirtyBucket(models.Model):
    """A mark that one bucket of a fact no longer matches its raw rows.

    Marks are appended in the transaction that changes the raw rows and never updated by it, so writers do not wait
    for one another or for the upkeep; several marks of a bucket are recomputed once.
    """

    fact = models.CharField(_("事实表"), max_length=60)
    key = models.JSONField(_("桶"))
    marked_at = models.DateTimeField(_("标记时间"), db_default=Now())
    attempts = models.PositiveSmallIntegerField(_("失败次数"), default=0, db_default=0)
    retry_at = models.DateTimeField(_("下次重试"), null=True)
    error = models.TextField(_("最近错误"), default="", db_default="", blank=True)

    class Meta:
        verbose_name = _("待重算的桶")
        verbose_name_plural = _("待重算的桶")
        indexes = [models.Index(fields=["fact", "id"], name="metrics_dirty_fact")]
