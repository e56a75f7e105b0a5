"""From the log to the row, and from the steps that have come to the ledger, the events and the notices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from kefu.kernel import clock as time
from kefu.platform.access import queries as access
from kefu.platform.clocks import queries
from kefu.platform.clocks.choices import ClockStatus, StepKind
from kefu.platform.clocks.events import ClockBreached, ClockEscalated, ClockWarned
from kefu.platform.clocks.models import Clock, StepRecord
from kefu.platform.clocks.notices import BREACHED, ESCALATED, WARNED
from kefu.platform.clocks.registry import CLOCK_KINDS
from kefu.platform.clocks.rules import ClockState, Step, replay
from kefu.platform.notify import services as notify
from kefu.platform.outbox import services as outbox

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from kefu.platform.clocks.registry import Owners

FIRST_RESORT = ("leader", "upper_leader")
"""Who hears of a clock that nobody owns, or whose level nobody answers for."""


def settle(row: Clock, now: datetime) -> ClockState:
    """Write into the (locked) row what its log amounts to at ``now``, and when the ticker must look again."""
    state = replay(queries.entries_of(row.pk), now)
    is_over = state.ended_at is not None
    waiting = None if is_over else state.next_step_at(queries.steps_done(row.pk))
    row.status = state.status
    row.target_seconds = state.target_seconds
    row.due_at = state.due_at
    row.breached_at = state.breached_at
    row.ended_at = state.ended_at
    row.elapsed_seconds = state.elapsed_seconds
    row.round = state.round
    row.next_action_at = waiting if state.status is ClockStatus.RUNNING else None
    row.failures = 0
    row.save()
    kind = CLOCK_KINDS.find(row.kind)
    if kind is not None and kind.changed is not None:
        kind.changed(row)
    return state


def announce(row: Clock, now: datetime, *, quietly: bool = False) -> int:
    """Record each step of the (locked) clock that has come by ``now`` once, publish it and tell who is meant.

    A warning is not told when the breach has come as well, nor when a later warning has; ``quietly`` tells nobody
    (the work has just been done) and still keeps the ledger and the events complete. Returns how many were new.
    """
    state = replay(queries.entries_of(row.pk), now)
    done = queries.steps_done(row.pk)
    fresh = [step for step in state.reached if step.key not in done]
    for step in fresh:
        is_told = not quietly and step.round == state.round and not _is_overtaken(step, fresh)
        audience = _audience(row, step)
        told = _people(row, step, audience, now) if is_told else []
        record, created = StepRecord.objects.get_or_create(
            clock=row,
            round=step.round,
            kind=step.kind,
            level=step.level,
            defaults={
                "came_at": step.at or now,
                "recorded_at": time.now(),
                "audience": audience,
                "told": told,
                "is_told": is_told,
            },
        )
        if created:
            _publish(row, step, audience)
            if told:
                _tell(row, step, record, told)
    return len(fresh)


def _is_overtaken(step: Step, fresh: Sequence[Step]) -> bool:
    """Whether telling it is pointless because something that matters more has come at the same look."""
    if step.kind is not StepKind.WARN:
        return False
    return any(
        other.round == step.round and (other.kind is StepKind.BREACH or _later_warning(step, other)) for other in fresh
    )


def _later_warning(step: Step, other: Step) -> bool:
    return other.kind is StepKind.WARN and other.level > step.level


def _audience(row: Clock, step: Step) -> str:
    if step.kind is StepKind.ESCALATE:
        levels = row.policy.terms.escalate
        return levels[step.level].audience if step.level < len(levels) else ""
    return "self" if row.owner_id is not None or _owners_of(row) is not None else FIRST_RESORT[0]


def _owners_of(row: Clock) -> Owners | None:
    kind = CLOCK_KINDS.find(row.kind)
    return kind.owners if kind is not None else None


def _people(row: Clock, step: Step, audience: str, now: datetime) -> list[int]:
    """Whom to tell: those who answer for the audience, else those of the next levels: nothing stays unheard."""
    owners = _owners_of(row)
    if step.kind is not StepKind.ESCALATE and owners is not None:
        known = list(owners(row, now))
        if known:
            return known
    later = row.policy.terms.escalate[step.level + 1 :] if step.kind is StepKind.ESCALATE else row.policy.terms.escalate
    for code in _once([audience, *(level.audience for level in later), *FIRST_RESORT]):
        try:
            found = access.responsible_users(code, node_id=row.node_id, user_id=row.owner_id, at=now)
        except KeyError:
            continue
        if found:
            return list(found)
    return []


def _once(codes: Iterable[str]) -> list[str]:
    return [code for code in dict.fromkeys(codes) if code]


def _publish(row: Clock, step: Step, audience: str) -> None:
    cause = f"clock:{row.pk}"
    if step.kind is StepKind.WARN:
        outbox.publish(ClockWarned(row.pk, row.kind, row.origin, step.round, step.level), cause=cause)
    elif step.kind is StepKind.BREACH:
        outbox.publish(ClockBreached(row.pk, row.kind, row.origin, step.round), cause=cause)
    else:
        outbox.publish(ClockEscalated(row.pk, row.kind, row.origin, step.round, step.level, audience), cause=cause)


def _tell(row: Clock, step: Step, record: StepRecord, people: Sequence[int]) -> None:
    kind, title, body = _words(step)
    due = row.due_at or record.came_at
    notify.notify(
        users=people,
        kind=kind,
        title=title,
        body=body,
        params={"title": row.title, "kind": row.kind_label, "due": _local(row, due)},
        url=row.url or f"/clocks/{row.pk}/",
        dedupe_key=f"clocks:{row.pk}:{step.round}:{step.kind.value}:{step.level}",
        origin=row.origin,
    )


def _words(step: Step) -> tuple[str, StrOrPromise, StrOrPromise]:
    if step.kind is StepKind.WARN:
        return WARNED, _("即将到期：%(title)s"), _("%(kind)s，到期时间 %(due)s。")
    if step.kind is StepKind.BREACH:
        return BREACHED, _("已超时：%(title)s"), _("%(kind)s，应于 %(due)s 前完成。")
    return ESCALATED, _("超时升级：%(title)s"), _("%(kind)s 应于 %(due)s 前完成，现已升级给您。")


def _local(row: Clock, at: datetime) -> str:
    zone = time.zone(queries.schedule_of(row.schedule_id).time_zone)
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
