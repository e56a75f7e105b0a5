"""Roles, what they grant, and who has them where and when."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kefu.platform.access.choices import Level


class Role(models.Model):
    """A named bundle of grants.

    Its holders need a second factor where ``requires_second_factor`` is set; where ``networks`` is not empty the
    role opens nothing from any other address.
    """

    code = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    is_builtin = models.BooleanField(default=False)
    requires_second_factor = models.BooleanField(default=False)
    networks = ArrayField(models.CharField(max_length=64), default=list, blank=True)

    class Meta:
        ordering = ["-is_builtin", "id"]
        verbose_name = _("角色")
        verbose_name_plural = _("角色")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the reader, where the product itself gave it."""
        return gettext(self.name) if self.is_builtin else self.name


class RoleGrant(models.Model):
    """A role holds a permission at a level."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="grants")
    permission = models.CharField(max_length=96)
    level = models.CharField(max_length=8, choices=Level.choices)

    class Meta:
        ordering = ["permission"]
        constraints = [
            models.UniqueConstraint(fields=["role", "permission"], name="access_rolegrant_once"),
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="access_rolegrant_level"),
        ]

    def __str__(self) -> str:
        return f"{self.role_id}: {self.permission} {self.level}"


class BuiltinGrant(models.Model):
    """A default grant that has been put into a built-in role once.

    It is remembered so that what an administrator took away does not come back with the next upgrade.
    """

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="+")
    permission = models.CharField(max_length=96)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "permission"], name="access_builtingrant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role_id}: {self.permission}"


class Assignment(models.Model):
    """A user has a role on a node (or on the home node) from ``starts_at`` until ``ends_at``."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="assignments")
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["user_id", "role_id", "starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="access_assignment_lasts",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "node"],
                condition=models.Q(ends_at__isnull=True),
                nulls_distinct=False,
                name="access_assignment_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role_id} @ {self.node_id}"
