"""The neutral, dated tree of scope nodes and its closure for today."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kefu.platform.access.choices import NodeKind


class ScopeNode(models.Model):
    """A place in the tree on which rights can be given; what it means in the centre is known to ``people``."""

    kind = models.CharField(max_length=16, choices=NodeKind.choices)
    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=128)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("数据范围节点")
        verbose_name_plural = _("数据范围节点")

    def __str__(self) -> str:
        return self.name


class ScopeEdge(models.Model):
    """``child`` stands under ``parent`` from ``starts_on`` until the day before ``ends_on``.

    A child never has two parents on one day (exclusion constraint ``access_scopeedge_one_parent``).
    """

    child = models.ForeignKey(ScopeNode, on_delete=models.PROTECT, related_name="parent_edges")
    parent = models.ForeignKey(ScopeNode, on_delete=models.PROTECT, related_name="child_edges")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["child_id", "starts_on"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(child=models.F("parent")), name="access_scopeedge_not_itself"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("starts_on")),
                name="access_scopeedge_lasts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} < {self.parent_id} [{self.starts_on}, {self.ends_on or ''})"


class ScopePath(models.Model):
    """``descendant`` lies ``depth`` steps below ``ancestor`` in today's tree (0: the node itself)."""

    ancestor = models.ForeignKey(ScopeNode, on_delete=models.CASCADE, related_name="paths_down")
    descendant = models.ForeignKey(ScopeNode, on_delete=models.CASCADE, related_name="paths_up")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ancestor", "descendant"], name="access_scopepath_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ancestor_id} > {self.descendant_id} ({self.depth})"
