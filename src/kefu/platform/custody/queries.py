"""Reads of requests, holds and what is held at present."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound
from kefu.platform.access.queries import has_permission
from kefu.platform.custody import permissions
from kefu.platform.custody.choices import HoldKind
from kefu.platform.custody.models import ErasureRecord, LegalHold, RetentionRun, SubjectRequest
from kefu.platform.privacy.registry import SUBJECT_KINDS, Holds


def holds_in_force(today: date) -> QuerySet[LegalHold]:
    """The holds that are neither lifted nor over."""
    return LegalHold.objects.filter(Q(until__isnull=True) | Q(until__gte=today), lifted_at__isnull=True)


def holds(now: datetime) -> Holds:
    """What must not go now."""
    everything = False
    periods: list[tuple[datetime, datetime]] = []
    subjects: set[tuple[str, str]] = set()
    for hold in holds_in_force(clock.local_date(now)):
        if hold.kind == HoldKind.EVERYTHING:
            everything = True
        elif hold.kind == HoldKind.PERIOD and hold.starts_on and hold.ends_on:
            periods.append((clock.day_bounds(hold.starts_on)[0], clock.day_bounds(hold.ends_on)[1]))
        else:
            subjects.add((hold.subject_kind, hold.subject_ref))
    return Holds(everything, tuple(periods), frozenset(subjects))


def hold_on(subject_kind: str, subject_ref: str, now: datetime) -> LegalHold | None:
    """The hold that forbids to erase that subject: its own or one on everything.

    A hold on a period keeps what is over from going by age; it stops erasing a person too, because nobody can say
    beforehand that nothing of that period is about them.
    """
    return (
        holds_in_force(clock.local_date(now))
        .filter(~Q(kind=HoldKind.SUBJECT) | Q(subject_kind=subject_kind, subject_ref=subject_ref))
        .first()
    )


def requests_visible_to(viewer: Actor) -> QuerySet[SubjectRequest]:
    """All requests, or nothing."""
    if not has_permission(viewer, permissions.REQUEST_VIEW):
        return SubjectRequest.objects.none()
    return SubjectRequest.objects.select_related("recorded_by", "decided_by", "file")


def request_visible_to(viewer: Actor, request_id: int) -> SubjectRequest:
    """That request; raises ``NotFound``."""
    found = requests_visible_to(viewer).filter(pk=request_id).first()
    if found is None:
        raise NotFound(_("没有这个请求。"))
    return found


def subject_title(subject_kind: str, subject_ref: str) -> str:
    """A subject without its values: a mask, a number."""
    kind = SUBJECT_KINDS.find(subject_kind)
    return kind.title(subject_ref) if kind else "—"


def runs() -> QuerySet[RetentionRun]:
    """The rounds of retention, newest first."""
    return RetentionRun.objects.select_related("job").order_by("-id")


def erasures() -> QuerySet[ErasureRecord]:
    """Everything that was erased."""
    return ErasureRecord.objects.order_by("id")


def cutoff(days: int, now: datetime) -> datetime:
    """Before when things are over."""
    return now - timedelta(days=days)
