"""Who may decide what waits: seats, deputies, and those who count as one person with the requester or subject."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from kefu.kernel import clock
from kefu.platform.access import queries as access
from kefu.platform.approvals.choices import RequestState, SeatState, StepState
from kefu.platform.approvals.models import Request, Seat, Step
from kefu.platform.approvals.rules import barred_from, seats_of


def alike_of(people: Iterable[int | None], at: datetime) -> dict[int, frozenset[int]]:
    """Person → those who count as the same one at ``at``: who stands in for them, and for whom they stand in."""
    known = {person for person in people if person is not None}
    standing_in = access.stand_ins(known, at)
    return {person: frozenset((*standing_in.get(person, ()), *access.acting_for(person, at))) for person in known}


def barred_of(request: Request, at: datetime) -> frozenset[int]:
    """Those who must not decide the request: requester, subject, and who counts as one person with either."""
    return barred_from(request.concerned, alike_of(request.concerned, at))


def waiting_step(request: Request) -> Step | None:
    """The step that waits for an answer."""
    return Step.objects.filter(request=request, state=StepState.WAITING).first()


def own_seats(user_id: int | None, request: Request, at: datetime | None = None) -> tuple[int, ...]:
    """The principals in whose name that account may decide the request now; their own name first."""
    if user_id is None or request.state != RequestState.WAITING:
        return ()
    now = at or clock.now()
    principals = list(
        Seat.objects.filter(step__request=request, step__state=StepState.WAITING, state=SeatState.WAITING).values_list(
            "principal_id", flat=True
        )
    )
    if not principals:
        return ()
    return seats_of(user_id, principals, access.acting_for(user_id, now), barred_of(request, now))


def deciders_of(step: Step, at: datetime) -> tuple[int, ...]:
    """Every account that may answer for the step now: those who sit on it and have not answered, and their deputies."""
    principals = list(
        Seat.objects.filter(step=step, state=SeatState.WAITING, principal__is_active=True).values_list(
            "principal_id", flat=True
        )
    )
    deputies = access.stand_ins(principals, at)
    people = [*principals, *(deputy for principal in principals for deputy in deputies.get(principal, ()))]
    barred = barred_of(step.request, at)
    return tuple(
        person
        for person in dict.fromkeys(people)
        if seats_of(person, principals, [p for p in principals if person in deputies.get(p, ())], barred)
    )


def waiting_for(user_id: int | None, at: datetime | None = None) -> QuerySet[Request]:
    """The requests that wait for that account, in their own name or as a deputy; home pages count them."""
    rows = Request.objects.filter(state=RequestState.WAITING)
    if user_id is None:
        return rows.none()
    now = at or clock.now()
    principals = (user_id, *access.acting_for(user_id, now))
    alike = alike_of(principals, now)
    mine = Q(pk__in=[])
    for principal in principals:
        same = {user_id, principal, *alike[user_id], *alike[principal]}
        seats = Seat.objects.filter(principal_id=principal, state=SeatState.WAITING, step__state=StepState.WAITING)
        apart = Q(requester_id__isnull=True) | ~Q(requester_id__in=same)
        apart &= Q(subject_id__isnull=True) | ~Q(subject_id__in=same)
        mine |= Q(pk__in=seats.values("step__request_id")) & apart
    return rows.filter(mine)


def waiting_counts(user_id: int | None) -> dict[str, int]:
    """Kind → how many requests of it wait for that account."""
    rows = waiting_for(user_id).order_by().values("kind").annotate(n=Count("pk"))
    return {row["kind"]: row["n"] for row in rows}
