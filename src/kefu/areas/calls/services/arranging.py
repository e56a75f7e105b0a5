"""Arranging queues, and the names under which sources know queues and agents, for a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.areas.calls import permissions
from kefu.areas.calls.models import AgentAlias, Queue, QueueAlias, Source
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound
from kefu.platform.access.services import authorise
from kefu.platform.jobs.services import enqueue

REBUILD = "calls.rebuild"


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """What can be said about a queue."""

    name: str
    node_id: int | None = None
    calendar_id: int | None = None
    target_seconds: int | None = None
    target_percent: int | None = None
    is_active: bool = True
    sort_order: int = 100


def save_queue(*, actor: Actor, plan: QueuePlan, queue: Queue | None = None, code: str = "") -> Queue:
    """Make a queue or change one; it counts as arranged from now on. A change of target holds for calls to come."""
    authorise(actor, permissions.QUEUE_MANAGE)
    if not plan.name.strip():
        raise InvalidInput(_("请填写队列名称。"), field="name")
    if plan.target_percent is not None and not 1 <= plan.target_percent <= 100:
        raise InvalidInput(_("服务水平目标应为 1 至 100。"), field="target_percent")
    if plan.target_seconds is not None and not 1 <= plan.target_seconds <= 3600:
        raise InvalidInput(_("应答目标应为 1 至 3600 秒。"), field="target_seconds")
    with transaction.atomic():
        if queue is None:
            if Queue.objects.filter(code=code).exists():
                raise Conflict(_("已有编码为“%(code)s”的队列。") % {"code": code}, field="code")
            row, before = Queue(code=code), None
        else:
            row = Queue.objects.select_for_update().get(pk=queue.pk)
            before = _queue_shown(row)
        row.name, row.node_id, row.calendar_id = plan.name.strip(), plan.node_id, plan.calendar_id
        row.target_seconds, row.target_percent = plan.target_seconds, plan.target_percent
        row.is_active, row.sort_order, row.is_arranged = plan.is_active, plan.sort_order, True
        row.save()
        auditing.record(
            actor=actor,
            action="calls.queue:change" if before else "calls.queue:create",
            target=f"calls.queue:{row.pk}",
            before=before,
            after=_queue_shown(row),
            node_id=row.node_id,
        )
    return row


def set_queue_alias(
    *, actor: Actor, source: Source, name: str, queue: Queue, starts_on: date | None, ends_on: date | None,
    alias_id: int | None = None,
) -> QueueAlias:  # fmt: skip
    """Say which queue a source means by ``name`` from one day to (before) another, and rebuild what that changes."""
    values = {"queue": queue}
    alias: QueueAlias = _set_alias(actor, QueueAlias, source, name, starts_on, ends_on, alias_id, values)
    return alias


def set_agent_alias(
    *, actor: Actor, source: Source, name: str, agent: Any, starts_on: date | None, ends_on: date | None,
    alias_id: int | None = None,
) -> AgentAlias:  # fmt: skip
    """Say which agent a source means by ``name`` from one day to (before) another, and rebuild what that changes."""
    alias: AgentAlias = _set_alias(actor, AgentAlias, source, name, starts_on, ends_on, alias_id, {"agent": agent})
    return alias


def overlaps(period: tuple[date | None, date | None], others: Iterable[tuple[date | None, date | None]]) -> bool:
    """Whether a period (end exclusive, ``None`` = open) shares a day with any of the others."""
    first, last = period
    return any(
        (start is None or last is None or start < last) and (first is None or end is None or first < end)
        for start, end in others
    )


def _set_alias(
    actor: Actor, model: Any, source: Source, name: str, starts_on: date | None, ends_on: date | None,
    alias_id: int | None, values: dict[str, Any],
) -> Any:  # fmt: skip
    authorise(actor, permissions.QUEUE_MANAGE)
    if not name or len(name) > 120:
        raise InvalidInput(_("请填写外部名称。"), field="name")
    if starts_on and ends_on and ends_on <= starts_on:
        raise InvalidInput(_("失效日期应晚于生效日期。"), field="ends_on")
    with transaction.atomic():
        Source.objects.select_for_update().get(pk=source.pk)
        rows = model.objects.filter(source=source, name=name)
        alias = rows.filter(pk=alias_id).first() if alias_id else None
        if alias_id and alias is None:
            raise NotFound(_("没有这条别名。"))
        others = rows.exclude(pk=alias_id).values_list("starts_on", "ends_on")
        if overlaps((starts_on, ends_on), others):
            raise Conflict(
                _("“%(name)s”在这段时间已有别名：请先调整它的有效期。") % {"name": name}, code="alias_overlaps"
            )
        before = None if alias is None else _alias_shown(alias)
        first = min(starts_on or date.min, (alias.starts_on or date.min) if alias else starts_on or date.min)
        alias = alias or model(source=source, name=name)
        for field, value in {**values, "starts_on": starts_on, "ends_on": ends_on}.items():
            setattr(alias, field, value)
        alias.save()
        auditing.record(
            actor=actor,
            action=f"calls.{model._meta.model_name}:change",
            target=f"calls.source:{source.pk}",
            before=before,
            after=_alias_shown(alias),
            node_id=source.node_id,
        )
        enqueue(
            REBUILD,
            actor=actor,
            title=_("按新的别名重建“%(name)s”") % {"name": source.name},
            dedupe_key=f"{source.pk}:{first}",
            source=source.code,
            start=None if first == date.min else first.isoformat(),
        )
    return alias


def _queue_shown(row: Queue) -> dict[str, Any]:
    fields = ("code", "name", "node_id", "calendar_id", "target_seconds", "target_percent", "is_active", "sort_order")
    return {field: getattr(row, field) for field in fields}


def _alias_shown(alias: Any) -> dict[str, Any]:
    target = alias.queue_id if hasattr(alias, "queue_id") else alias.agent_id
    return {"name": alias.name, "target": target, "starts_on": str(alias.starts_on), "ends_on": str(alias.ends_on)}
