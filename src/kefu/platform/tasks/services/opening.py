"""Open a task: once for each dedupe key, with its number, its clock and a word to its owner."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput, NotFound
from kefu.platform.access import queries as access_queries
from kefu.platform.access import services as access
from kefu.platform.access.models import ScopeNode, User
from kefu.platform.clocks import services as clocks
from kefu.platform.outbox import services as outbox
from kefu.platform.tasks import live, queries
from kefu.platform.tasks.choices import TaskVerb
from kefu.platform.tasks.events import TaskOpened
from kefu.platform.tasks.models import Task
from kefu.platform.tasks.permissions import OPEN
from kefu.platform.tasks.registry import TASK_KINDS, TaskKind
from kefu.platform.tasks.rules import number_of
from kefu.platform.tasks.services.writing import address, record, tell_assigned, text


def open_task(
    *,
    actor: Actor,
    kind: str,
    title: str,
    body: str = "",
    owner_id: int | None = None,
    node_id: int | None = None,
    due_at: datetime | None = None,
    origin: str = "",
    url: str = "",
    dedupe_key: str = "",
) -> Task:
    """A new task, or the one that was opened with the same ``dedupe_key`` before.

    The unit is the owner's when left out; a task needs an owner or a unit. Without ``due_at`` the kind's target
    counts, if it has one. Raises ``InvalidInput`` and, for people outside the actor's reach, ``Denied``.
    """
    declared = TASK_KINDS.find(kind)
    if declared is None:
        raise NotFound(_("没有这种任务。"))
    title = text(title, field="title", required=True, most=200)
    body = text(body, field="body")
    now = clock.now()
    if due_at is not None and due_at <= now and not actor.is_system:
        raise InvalidInput(_("到期时间须晚于现在。"), field="due_at")
    with transaction.atomic():
        owner = _owner(owner_id)
        node = node_id if node_id is not None else (owner.home_node_id if owner else None)
        if node_id is not None and not ScopeNode.objects.filter(pk=node_id).exists():
            raise InvalidInput(_("没有这个单位。"), field="node")
        if owner is None and node is None:
            raise InvalidInput(_("请选择负责人或单位。"), field="owner")
        _authorise(actor, declared, owner, node)
        if dedupe_key:
            _hold(dedupe_key)
            known = Task.objects.filter(dedupe_key=dedupe_key).first()
            if known is not None:
                return known
        row = Task.objects.create(
            number=number_of(clock.local_date(now, settings.TIME_ZONE), _next()),
            kind=kind,
            title=title,
            body=body,
            owner=owner,
            node_id=node,
            opened_by_id=actor.user_id,
            origin=origin[:150],
            url=url[:300],
            dedupe_key=dedupe_key[:200],
            created_at=now,
        )
        record(actor, row, TaskVerb.OPENED, owner_id=owner_id)
        start_clock(row, declared, due_at)
        auditing.record(
            actor=actor,
            action="tasks.task:opened",
            target=f"tasks.task:{row.pk}",
            after={"number": row.number, "kind": kind, "owner": owner_id, "origin": origin},
            node_id=node,
        )
        outbox.publish(TaskOpened(row.pk, kind, row.origin))
        tell_assigned(actor, row)
        live.publish([owner_id])
    return row


def start_clock(row: Task, kind: TaskKind, due_at: datetime | None) -> None:
    """Measure the task, where it has a limit; its due instant comes back through ``follow_clock``."""
    now = clock.now()
    if due_at is None and clocks.policy_in_force(kind.clock, now).target_seconds is None:
        return
    started = clocks.start(
        kind=kind.clock,
        origin=row.clock_origin,
        title=row.title,
        url=address(row),
        node_id=row.node_id,
        owner_id=row.owner_id,
        at=now,
        due_at=due_at,
    )
    row.due_at = started.due_at
    row.is_overdue = started.is_breached


def require_reach(actor: Actor, permission: str, owner_id: int | None, node_id: int | None) -> None:
    """Raise ``Denied`` unless person and unit of a task lie within the permission's scope."""
    if actor.is_system:
        return
    scope = access_queries.scope_for(actor, permission)
    if scope.everything:
        return
    if owner_id is not None and owner_id != actor.user_id:
        inside = Q(home_node_id__in=scope.node_ids)
        if not User.objects.filter(inside, pk=owner_id).exists():
            raise Denied(_("负责人不在您的数据范围内。"), code="out_of_scope")
    elif owner_id is None and not scope.covers_node(node_id):
        raise Denied(_("单位不在您的数据范围内。"), code="out_of_scope")


def _authorise(actor: Actor, kind: TaskKind, owner: User | None, node_id: int | None) -> None:
    if actor.is_system:
        return
    access.authorise(actor, OPEN)
    if kind not in queries.kinds_for(actor):
        raise Denied(_("这种任务由系统建立，或者您没有建立它的权限。"))
    require_reach(actor, OPEN, owner.pk if owner else None, node_id)


def _owner(owner_id: int | None) -> User | None:
    if owner_id is None:
        return None
    found = User.objects.filter(pk=owner_id, is_active=True).first()
    if found is None:
        raise InvalidInput(_("没有这个账号，或者已经停用。"), field="owner")
    return found


def _hold(dedupe_key: str) -> None:
    """Let another transaction with the same key end first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"tasks:{dedupe_key}"])


def _next() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('tasks_number')")
        return int(cursor.fetchone()[0])
