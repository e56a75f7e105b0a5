"""Who stands in for whom, and when two accounts count as one person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.platform.access import permissions
from kefu.platform.access.models import Delegation
from kefu.platform.access.queries.rights import scope_for
from kefu.platform.access.queries.users import within


def stand_ins(user_ids: Iterable[int], at: datetime | None = None) -> dict[int, tuple[int, ...]]:
    """Principal → the accounts that stand in for them at ``at`` (default: now), for those who have any."""
    found: dict[int, list[int]] = {}
    rows = Delegation.objects.running(at or clock.now()).filter(principal_id__in=list(user_ids), deputy__is_active=True)
    for principal, deputy in rows.order_by("starts_at", "id").values_list("principal_id", "deputy_id"):
        found.setdefault(principal, []).append(deputy)
    return {principal: tuple(dict.fromkeys(deputies)) for principal, deputies in found.items()}


def acting_for(user_id: int, at: datetime | None = None) -> tuple[int, ...]:
    """The accounts for which that user stands in at ``at`` (default: now)."""
    rows = Delegation.objects.running(at or clock.now()).filter(deputy_id=user_id, deputy__is_active=True)
    return tuple(dict.fromkeys(rows.order_by("starts_at", "id").values_list("principal_id", flat=True)))


def same_person(a: int, b: int, at: datetime | None = None) -> bool:
    """Whether the two are one account, or one stands in for the other: separation of duties treats them alike."""
    if a == b:
        return True
    between = Q(principal_id=a, deputy_id=b) | Q(principal_id=b, deputy_id=a)
    return Delegation.objects.running(at or clock.now()).filter(between).exists()


def delegations_running_for(deputy_id: int, at: datetime) -> list[Delegation]:
    """The delegations under which that account acts at ``at``, with the principals; those that end first come first."""
    running = Delegation.objects.running(at).filter(deputy_id=deputy_id)
    return list(running.select_related("principal").order_by("ends_at", "id"))


def delegations_visible_to(viewer: Actor) -> QuerySet[Delegation]:
    """One's own in either part, and those of the people for whom one may set them."""
    scope = scope_for(viewer, permissions.DELEGATION_MANAGE)
    rows = Delegation.objects.select_related("principal", "deputy", "created_by")
    mine = Q(principal_id=viewer.user_id) | Q(deputy_id=viewer.user_id) if viewer.user_id else Q(pk__in=[])
    managed = within(scope, user_field="principal_id", node_field="principal__home_node_id")
    return rows if scope.everything else rows.filter(mine | managed)
