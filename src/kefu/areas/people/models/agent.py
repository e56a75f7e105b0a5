"""Agents: the names under which telephone systems know those who take calls."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.people.choices import AgentState
from kefu.kernel.permissions import Scope


class AgentQuerySet(models.QuerySet["Agent"]):
    """Agents, narrowed to what a scope opens."""

    def inside(self, scope: Scope) -> AgentQuerySet:
        """Those whose employee is in the scope. A login without an owner belongs to no unit: only *all* sees it."""
        if scope.everything:
            return self
        condition = Q(employee__unit_id__in=scope.node_ids)
        if scope.user_id is not None:
            condition |= Q(employee__user_id=scope.user_id)
        return self.filter(condition)


class Agent(models.Model):
    """A login identity of a telephone system. It appears by itself when a log names it; people link it to a person."""

    code = models.CharField(_("坐席工号"), max_length=120, unique=True)
    name = models.CharField(_("显示名称"), max_length=80, blank=True)
    employee = models.ForeignKey(
        "people.Employee",
        verbose_name=_("员工"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agents",
    )
    is_active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AgentQuerySet.as_manager()

    class Meta:
        verbose_name = _("坐席")
        verbose_name_plural = _("坐席")
        ordering = ("code",)
        constraints = [models.CheckConstraint(condition=~Q(code=""), name="people_agent_code_given")]

    def __str__(self) -> str:
        return self.name or self.code

    @property
    def state(self) -> AgentState:
        """Whether it is in use and whose it is."""
        if not self.is_active:
            return AgentState.RETIRED
        return AgentState.LINKED if self.employee_id else AgentState.UNLINKED
