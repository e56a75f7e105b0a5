"""Start, pause, resume, retarget, hand over, stop and cancel: each a line in the log, and the state that follows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing
from kefu.kernel import clock as time
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput, NotFound, RuleBroken
from kefu.platform.access import services as access
from kefu.platform.clocks.choices import LIVE, ClockStatus, Verb
from kefu.platform.clocks.models import Clock, LogEntry, PolicyVersion
from kefu.platform.clocks.permissions import MANAGE
from kefu.platform.clocks.services.policies import policy_in_force
from kefu.platform.clocks.services.settling import announce, settle
from kefu.platform.clocks.services.snapshots import snapshot_of_calendar

SYSTEM = Actor.system("clocks")


def start(
    *,
    kind: str,
    origin: str,
    title: str,
    url: str = "",
    node_id: int | None = None,
    owner_id: int | None = None,
    at: datetime | None = None,
    target_seconds: int | None = None,
    due_at: datetime | None = None,
    due_on: date | None = None,
    calendar_id: int | None = None,
    actor: Actor = SYSTEM,
) -> Clock:
    """Start the clock of ``kind`` on ``origin``, or answer the one that runs on it already.

    The goal is ``target_seconds`` of working time (the policy's when left out), a due instant, or a due day, whose
    end is the due instant. ``calendar_id`` overrides the policy's calendar (a queue's or a site's own). Called inside
    the caller's transaction; the caller has authorised ``actor``.
    """
    if due_at is not None and due_on is not None:
        raise ValueError("a clock has one due instant")
    policy = policy_in_force(kind, at or time.now())
    now = _whole(at or time.now())
    calendar = calendar_id if calendar_id is not None else policy.calendar_id
    snapshot = snapshot_of_calendar(calendar)
    if due_on is not None:
        due_at = time.day_bounds(due_on, snapshot.schedule.time_zone)[1]
    target, due = _goal(policy, target_seconds, due_at)
    with transaction.atomic():
        known = _live(kind, origin)
        if known is not None:
            return known
        try:
            with transaction.atomic():
                row = Clock.objects.create(
                    kind=kind,
                    origin=origin,
                    title=title[:200],
                    url=url[:300],
                    node_id=node_id,
                    owner_id=owner_id,
                    policy=policy,
                    calendar_id=calendar,
                    schedule=snapshot,
                    target_seconds=target,
                    due_at=due,
                    started_at=now,
                    created_at=time.now(),
                )
        except IntegrityError:
            known = _live(kind, origin)
            if known is None:
                raise
            return known
        _write(row, Verb.STARTED, now, actor, policy=policy, schedule=snapshot, target_seconds=target, due_at=due)
        settle(row, now)
    return row


def pause(*, clock_id: int, reason: str, at: datetime | None = None, actor: Actor = SYSTEM) -> Clock:
    """Stop counting until ``resume``; ``reason`` says what is waited for. A paused clock stays as it is."""
    reason = _reason(reason)
    with transaction.atomic():
        row = _locked(clock_id, actor)
        if row.status == ClockStatus.PAUSED:
            return row
        return _enter(row, Verb.PAUSED, at, actor, reason)


def resume(*, clock_id: int, at: datetime | None = None, reason: str = "", actor: Actor = SYSTEM) -> Clock:
    """Count again. A running clock stays as it is."""
    with transaction.atomic():
        row = _locked(clock_id, actor)
        if row.status == ClockStatus.RUNNING:
            return row
        return _enter(row, Verb.RESUMED, at, actor, reason)


def stop(*, clock_id: int, at: datetime | None = None, reason: str = "", actor: Actor = SYSTEM) -> Clock:
    """The work is done: met when the due instant has not come, missed otherwise. An ended clock stays as it is."""
    with transaction.atomic():
        row = _locked(clock_id, actor, live_only=False)
        return _enter(row, Verb.STOPPED, at, actor, reason) if row.is_live else row


def cancel(*, clock_id: int, reason: str, at: datetime | None = None, actor: Actor = SYSTEM) -> Clock:
    """The limit no longer matters. An ended clock stays as it is."""
    reason = _reason(reason)
    with transaction.atomic():
        row = _locked(clock_id, actor, live_only=False)
        return _enter(row, Verb.CANCELLED, at, actor, reason) if row.is_live else row


def retarget(
    *,
    clock_id: int,
    target_seconds: int | None = None,
    due_at: datetime | None = None,
    reason: str = "",
    at: datetime | None = None,
    to_current_policy: bool = False,
    actor: Actor = SYSTEM,
) -> Clock:
    """Give the clock another goal; its steps begin a new round and what was counted stays.

    ``to_current_policy`` takes over the terms in force now (and their target when no goal is given).
    """
    with transaction.atomic():
        row = _locked(clock_id, actor)
        now = _instant(row, at)
        policy = policy_in_force(row.kind, at or time.now()) if to_current_policy else row.policy
        if target_seconds is None and due_at is None and row.target_seconds is None:
            due_at = LogEntry.objects.filter(clock=row, due_at__isnull=False).order_by("-sequence")[0].due_at
        target, due = _goal(policy, target_seconds, due_at)
        return _enter(
            row, Verb.RETARGETED, now, actor, reason.strip()[:200], policy=policy, target_seconds=target, due_at=due
        )


def change_owner(
    *, clock_id: int, owner_id: int | None, reason: str = "", at: datetime | None = None, actor: Actor = SYSTEM
) -> Clock:
    """Let the clock speak to somebody else from now on; the count goes on."""
    with transaction.atomic():
        row = _locked(clock_id, actor)
        if row.owner_id == owner_id:
            return row
        row.owner_id = owner_id
        row.save(update_fields=["owner"])
        return _enter(row, Verb.HANDED_OVER, at, actor, reason, owner_id=owner_id)


def rename(*, clock_id: int, title: str) -> None:
    """Call the piece of work by another name; the log does not change."""
    Clock.objects.filter(pk=clock_id).update(title=title[:200])


def _enter(row: Clock, verb: Verb, at: datetime | None, actor: Actor, reason: str = "", **given: Any) -> Clock:
    """Let the steps that came before be recorded, write the line, work out the state again."""
    now = _instant(row, at)
    announce(row, now, quietly=verb in (Verb.STOPPED, Verb.CANCELLED))
    _write(row, verb, now, actor, reason=reason, **given)
    if "policy" in given:
        row.policy = given["policy"]
    settle(row, now)
    if actor.user_id is not None:
        auditing.record(
            actor=actor,
            action=f"clocks.clock:{verb.value}",
            target=f"clocks.clock:{row.pk}",
            after={"kind": row.kind, "origin": row.origin, "at": now.isoformat()},
            reason=reason,
            node_id=row.node_id,
        )
    return row


def _write(row: Clock, verb: Verb, at: datetime, actor: Actor, **given: Any) -> LogEntry:
    last = LogEntry.objects.filter(clock=row).order_by("-sequence").values_list("sequence", flat=True).first()
    return LogEntry.objects.create(
        clock=row,
        sequence=(last or 0) + 1,
        verb=verb,
        at=at,
        recorded_at=time.now(),
        actor_id=actor.user_id,
        actor_label="" if actor.is_system else actor.label[:150],
        **given,
    )


def _locked(clock_id: int, actor: Actor, *, live_only: bool = True) -> Clock:
    row = Clock.objects.select_for_update(of=("self",)).select_related("policy").filter(pk=clock_id).first()
    if row is None:
        raise NotFound(_("没有这个计时，或者您无权查看。"))
    if not actor.is_system:
        access.authorise(actor, MANAGE, node_id=row.node_id, owner_id=row.owner_id)
    if live_only and not row.is_live:
        raise RuleBroken(_("这个计时已经结束，不能再调整。"), code="clock_over")
    return row


def _live(kind: str, origin: str) -> Clock | None:
    return Clock.objects.select_for_update(of=("self",)).filter(kind=kind, origin=origin, status__in=LIVE).first()


def _goal(
    policy: PolicyVersion, target_seconds: int | None, due_at: datetime | None
) -> tuple[int | None, datetime | None]:
    """Exactly one of target and due instant."""
    if due_at is not None:
        if target_seconds is not None:
            raise ValueError("a goal is a target or a due instant")
        return None, _whole(due_at)
    target = target_seconds if target_seconds is not None else policy.target_seconds
    if target is None:
        raise InvalidInput(_("这种时限需要给出到期时间。"), field="due_at")
    if target < 1:
        raise InvalidInput(_("目标时长至少为 1 秒。"), field="target_seconds")
    return target, None


def _instant(row: Clock, at: datetime | None) -> datetime:
    """The instant of a new line, never before the last one (a clock of another machine may run behind)."""
    last: datetime = LogEntry.objects.filter(clock=row).order_by("-sequence").values_list("at", flat=True)[0]
    return max(_whole(at or time.now()), last)


def _whole(at: datetime) -> datetime:
    """Clocks count whole seconds."""
    return at.astimezone(UTC).replace(microsecond=0)


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidInput(_("请写明原因。"), field="reason")
    return text[:200]
