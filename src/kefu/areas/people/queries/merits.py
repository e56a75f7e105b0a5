"""Rewards, penalties and praise, scoped to the viewer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum

from kefu.areas.people import permissions
from kefu.areas.people.choices import MeritKind, MeritState
from kefu.areas.people.models import Merit, MeritEvidence
from kefu.areas.people.models.merit import MeritQuerySet
from kefu.kernel.actor import Actor
from kefu.platform.access.queries import scope_for


@dataclass(frozen=True, slots=True)
class MeritSums:
    """What somebody earned and lost; cancelled entries do not count."""

    rewards: int = 0
    penalties: int = 0
    praises: int = 0
    amount: Decimal = Decimal(0)
    points: int = 0


def merits(viewer: Actor) -> MeritQuerySet:
    """The entries that the viewer may see."""
    scope = scope_for(viewer, permissions.MERIT_VIEW)
    return Merit.objects.inside(scope).select_related("employee", "unit", "recorded_by")


def merit_sums(employee_ids: Iterable[int], start: date | None = None, end: date | None = None) -> dict[int, MeritSums]:
    """Employee id → counts and sums of the entries between two days (end exclusive), in one statement."""
    rows = Merit.objects.filter(employee_id__in=list(employee_ids)).exclude(state=MeritState.CANCELLED)
    if start is not None:
        rows = rows.filter(happened_on__gte=start)
    if end is not None:
        rows = rows.filter(happened_on__lt=end)
    sums = rows.values("employee_id").annotate(
        rewards=Count("pk", filter=Q(kind=MeritKind.REWARD)),
        penalties=Count("pk", filter=Q(kind=MeritKind.PENALTY)),
        praises=Count("pk", filter=Q(kind=MeritKind.PRAISE)),
        amount=Sum("amount"),
        points=Sum("points"),
    )
    return {row.pop("employee_id"): MeritSums(**row) for row in sums}


def may_read_evidence(viewer: Actor, file_id: int) -> bool:
    """Whether the file proves an entry (or a certificate) that the viewer may see."""
    from kefu.areas.people.queries.skills import people_with_skills

    merit = MeritEvidence.objects.filter(file_id=file_id).values_list("merit_id", flat=True).first()
    if merit is not None:
        return merits(viewer).filter(pk=merit).exists()
    return people_with_skills(viewer).filter(certificates__file_id=file_id).exists()
