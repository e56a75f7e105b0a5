"""Reads: logs as the rules want them, clocks for a viewer, policies as they stood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from kefu.kernel import clock as time
from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound
from kefu.platform.access import queries as access
from kefu.platform.calendars.rules import Schedule
from kefu.platform.clocks.choices import LIVE, Verb
from kefu.platform.clocks.models import Clock, LogEntry, PolicyVersion, ScheduleSnapshot, StepRecord
from kefu.platform.clocks.permissions import MANAGE, VIEW
from kefu.platform.clocks.registry import CLOCK_KINDS
from kefu.platform.clocks.rules import ClockState, Entry, replay


def clocks_for(viewer: Actor, permission: str = VIEW) -> QuerySet[Clock]:
    """The clocks that the viewer may see: by their unit, or their own."""
    if viewer.is_system:
        return Clock.objects.all()
    scope = access.scope_for(viewer, permission)
    if scope.everything:
        return Clock.objects.all()
    inside = Q(node_id__in=scope.node_ids) if scope.node_ids else Q(pk__in=[])
    if scope.node_ids:
        inside |= Q(owner__home_node_id__in=scope.node_ids)
    if scope.user_id is not None:
        inside |= Q(owner_id=scope.user_id)
    return Clock.objects.filter(inside)


def visible_clock(viewer: Actor, clock_id: int) -> Clock:
    """The clock with that key; raises ``NotFound`` when the viewer may not see it."""
    found = clocks_for(viewer).select_related("node", "owner", "policy", "calendar").filter(pk=clock_id).first()
    if found is None:
        raise NotFound(_("没有这个计时，或者您无权查看。"))
    return found


def may_manage(viewer: Actor, clock: Clock) -> bool:
    """Whether the viewer may pause, resume, retarget and cancel it by hand."""
    return viewer.is_system or clocks_for(viewer, MANAGE).filter(pk=clock.pk).exists()


def with_unheard(rows: QuerySet[Clock]) -> QuerySet[Clock]:
    """The clocks annotated with whether an escalation found nobody (``is_unheard``)."""
    silent = StepRecord.objects.filter(clock=OuterRef("pk"), is_told=True, told=[])
    return rows.annotate(is_unheard=Exists(silent))


def live_clock(kind: str, origin: str) -> Clock | None:
    """The running or paused clock of that kind on that origin."""
    return Clock.objects.filter(kind=kind, origin=origin, status__in=LIVE).first()


def clocks_of(origin: str) -> list[Clock]:
    """Every clock on that origin, the newest first."""
    return list(Clock.objects.filter(origin=origin).select_related("owner", "policy").order_by("-id")[:20])


def entries_of(clock_id: int) -> list[Entry]:
    """The log as the rules read it."""
    rows = LogEntry.objects.filter(clock_id=clock_id).select_related("policy").order_by("sequence")
    return [entry_of(row) for row in rows]


def entry_of(row: LogEntry) -> Entry:
    """A line of the log as the rules read it."""
    return Entry(
        verb=Verb(row.verb),
        at=row.at,
        terms=row.policy.terms if row.policy is not None else None,
        schedule=schedule_of(row.schedule_id) if row.schedule_id is not None else None,
        target_seconds=row.target_seconds,
        due_at=row.due_at,
    )


@lru_cache(maxsize=256)
def schedule_of(snapshot_id: int) -> Schedule:
    """The schedule of a snapshot; snapshots never change, so it is read once."""
    return ScheduleSnapshot.objects.get(pk=snapshot_id).schedule


def state_of(clock_id: int, now: datetime | None = None) -> ClockState:
    """How the clock stands at ``now``, worked out from its log."""
    return replay(entries_of(clock_id), now or time.now())


def steps_done(clock_id: int) -> frozenset[tuple[int, str, int]]:
    """The keys of the steps in the ledger."""
    return frozenset(StepRecord.objects.filter(clock_id=clock_id).values_list("round", "kind", "level"))


def policy_at(kind: str, at: datetime) -> PolicyVersion | None:
    """The version in force at that instant, if any was written down by then."""
    return (
        PolicyVersion.objects.filter(kind=kind, effective_at__lte=at, withdrawn_at__isnull=True)
        .select_related("calendar")
        .order_by("-effective_at", "-version")
        .first()
    )


def policies_at(kinds: Iterable[str], at: datetime) -> dict[str, PolicyVersion]:
    """The versions in force of several kinds, in one statement."""
    rows = (
        PolicyVersion.objects.filter(kind__in=list(kinds), effective_at__lte=at, withdrawn_at__isnull=True)
        .select_related("calendar")
        .order_by("kind", "-effective_at", "-version")
        .distinct("kind")
    )
    return {row.kind: row for row in rows}


def policy_history(kind: str) -> Sequence[PolicyVersion]:
    """Every version, the newest first."""
    return list(PolicyVersion.objects.filter(kind=kind).select_related("calendar").order_by("-version"))


def kind_choices() -> list[tuple[str, str]]:
    """The kinds with their words, for filters."""
    return sorted(((kind.code, str(kind.label)) for kind in CLOCK_KINDS), key=lambda pair: pair[1])
