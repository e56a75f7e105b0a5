"""What a new day brings: planned moves and leavings come into force. Idempotent, cheap when nothing is due."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F, Q

from kefu.areas.people.models import Employee, Membership, PostHolding, Unit
from kefu.kernel.actor import Actor
from kefu.platform.access import services as access
from kefu.platform.access.models import ScopeEdge, User
from kefu.platform.access.services.tree import refresh_paths

SYSTEM = Actor.system("ticker:people.today")


def bring_up_to_date(day: date) -> int:
    """Make *today's* unit, parent, home node and account of everybody agree with the dated records; how many changed."""
    with transaction.atomic():
        changed = refresh_paths(day)
        standing = Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gt=day))
        edges = ScopeEdge.objects.filter(standing).values_list("child_id", "parent_id")
        parents = dict(Unit.objects.values_list("pk", "parent_id"))
        for child, parent in edges:
            if child in parents and parents[child] != parent:
                changed += Unit.objects.filter(pk=child).update(parent_id=parent)
        for unit in Unit.objects.filter(ends_on__lte=day, node__is_active=True).select_related("node"):
            access.set_node_active(actor=SYSTEM, node=unit.node, is_active=False)
            changed += 1
        moved = (
            Membership.objects.filter(standing)
            .exclude(employee__unit_id=F("unit_id"))
            .select_related("employee__user", "unit__node")
        )
        for membership in moved:
            employee = membership.employee
            employee.unit = membership.unit
            employee.save(update_fields=["unit"])
            if employee.user is not None:
                access.set_home_node(actor=SYSTEM, user=employee.user, node=membership.unit.node)
            changed += 1
        held = PostHolding.objects.filter(standing)
        for employee_id, post_id in held.exclude(employee__post_id=F("post_id")).values_list("employee_id", "post_id"):
            changed += Employee.objects.filter(pk=employee_id).update(post_id=post_id)
        changed += (
            Employee.objects.filter(post__isnull=False, left_on__isnull=True, hired_on__lte=day)
            .exclude(pk__in=held.values("employee_id"))
            .update(post=None)
        )
        gone = User.objects.filter(
            is_active=True, pk__in=Employee.objects.filter(left_on__lt=day, user__isnull=False).values("user_id")
        )
        for user in gone:
            access.set_user_active(actor=SYSTEM, user=user, is_active=False)
            changed += 1
    return changed
