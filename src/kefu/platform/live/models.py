"""The newest snapshot of every topic."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Snapshot(models.Model):
    """What a reader of the topic should see now; ``version`` grows by one with every publication.

    ``body`` is JSON already written out, so that the hub passes it on without parsing it.
    """

    topic = models.CharField(_("推送主题"), max_length=120, primary_key=True)
    version = models.BigIntegerField(_("版本"))
    body = models.TextField(_("内容"))
    published_at = models.DateTimeField(_("发布时间"))

    class Meta:
        verbose_name = _("实时快照")
        verbose_name_plural = _("实时快照")
        constraints = [models.CheckConstraint(condition=models.Q(version__gt=0), name="live_snapshot_version")]
