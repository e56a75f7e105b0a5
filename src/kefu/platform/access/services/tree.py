"""Writes to the scope tree. The closure always equals the tree of today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound
from kefu.platform.access import permissions, queries
from kefu.platform.access.models import ScopeEdge, ScopeNode, ScopePath
from kefu.platform.access.rules import creates_cycle
from kefu.platform.access.services.authorising import authorise

_TREE_LOCK = 0x6B656675_0001
"""Advisory lock: writers of the tree queue up, readers never wait."""


def _lock_tree() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])


def today() -> date:
    """The local day of the installation."""
    return clock.local_date(clock.now(), settings.TIME_ZONE)


def create_node(
    *, actor: Actor, kind: str, code: str, name: str, parent: ScopeNode | None, starts_on: date | None = None
) -> ScopeNode:
    """A new node below ``parent`` (``None``: a root) from ``starts_on`` (default: today).

    Raises ``InvalidInput`` for an empty or taken code or name.
    """
    authorise(actor, permissions.NODE_MANAGE, node_id=parent.pk if parent else None)
    code, name = code.strip(), name.strip()
    if not code or not name:
        raise InvalidInput(_("请填写编码和名称。"), field="code" if not code else "name")
    with transaction.atomic():
        _lock_tree()
        try:
            with transaction.atomic():
                node = ScopeNode.objects.create(kind=kind, code=code, name=name)
        except IntegrityError as error:
            raise InvalidInput(_("编码“%(code)s”已被使用。") % {"code": code}, field="code") from error
        ScopePath.objects.create(ancestor=node, descendant=node, depth=0)
        if parent is not None:
            start = starts_on or today()
            ScopeEdge.objects.create(child=node, parent=parent, starts_on=start)
            if start <= today():
                above = ScopePath.objects.filter(descendant=parent)
                ScopePath.objects.bulk_create(
                    [ScopePath(ancestor_id=p.ancestor_id, descendant=node, depth=p.depth + 1) for p in above]
                )
        auditing.record(
            actor=actor,
            action="access.node:create",
            target=f"access.node:{node.pk}",
            after={"kind": kind, "code": code, "name": name, "parent": parent.pk if parent else None},
            node_id=node.pk,
        )
        queries.forget()
    return node


def move_node(*, actor: Actor, node: ScopeNode, parent: ScopeNode | None, starts_on: date | None = None) -> None:
    """Let ``node`` stand under ``parent`` from ``starts_on`` (default: today); the time before stays as it was.

    Raises ``InvalidInput`` when the node would come to stand under itself on any day from then on, and
    ``Conflict`` when a later move is already planned.
    """
    start = starts_on or today()
    authorise(actor, permissions.NODE_MANAGE, node_id=node.pk)
    authorise(actor, permissions.NODE_MANAGE, node_id=parent.pk if parent else None)
    with transaction.atomic():
        _lock_tree()
        if ScopeEdge.objects.filter(child=node, starts_on__gt=start).exists():
            raise Conflict(_("“%(name)s”已有更晚生效的调整，请先取消那次调整。") % {"name": node.name})
        current = ScopeEdge.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=start), child=node, starts_on__lte=start
        ).first()
        old_parent = current.parent_id if current else None
        if old_parent == (parent.pk if parent else None):
            return
        if parent is not None and _would_cycle(node.pk, parent.pk, start):
            raise InvalidInput(_("不能把单位移到它自己的下级之下。"), field="parent")
        if current is not None:
            if current.starts_on == start:
                current.delete()
            else:
                current.ends_on = start
                current.save(update_fields=["ends_on"])
        if parent is not None:
            ScopeEdge.objects.create(child=node, parent=parent, starts_on=start)
        refresh_paths(today())
        auditing.record(
            actor=actor,
            action="access.node:move",
            target=f"access.node:{node.pk}",
            before={"parent": old_parent},
            after={"parent": parent.pk if parent else None, "starts_on": start.isoformat()},
            node_id=node.pk,
        )
        queries.forget()


def rename_node(*, actor: Actor, node: ScopeNode, name: str) -> None:
    """Give the node another name."""
    authorise(actor, permissions.NODE_MANAGE, node_id=node.pk)
    name = name.strip()
    if not name:
        raise InvalidInput(_("请填写名称。"), field="name")
    _change(actor, node, "rename", name=name)


def set_node_active(*, actor: Actor, node: ScopeNode, is_active: bool) -> None:
    """Close or reopen a node; rights on a closed node go on, nothing new should be put there."""
    authorise(actor, permissions.NODE_MANAGE, node_id=node.pk)
    _change(actor, node, "open" if is_active else "close", is_active=is_active)


def _change(actor: Actor, node: ScopeNode, verb: str, **values: object) -> None:
    with transaction.atomic():
        locked = ScopeNode.objects.select_for_update().filter(pk=node.pk).first()
        if locked is None:
            raise NotFound(_("没有这个单位。"))
        before = {field: getattr(locked, field) for field in values}
        for field, value in values.items():
            setattr(locked, field, value)
            setattr(node, field, value)
        locked.save(update_fields=list(values))
        auditing.record(
            actor=actor,
            action=f"access.node:{verb}",
            target=f"access.node:{node.pk}",
            before=before,
            after=dict(values),
            node_id=node.pk,
        )


def _would_cycle(child: int, parent: int, start: date) -> bool:
    edges = list(
        ScopeEdge.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=start))
        .exclude(child_id=child)
        .values_list("child_id", "parent_id", "starts_on", "ends_on")
    )
    days = {start} | {starts for _child, _parent, starts, _ends in edges if starts > start}
    return any(creates_cycle(child, parent, _parents_on(edges, day)) for day in days)


def _parents_on(edges: Iterable[tuple[int, int, date, date | None]], day: date) -> dict[int, int]:
    return {c: p for c, p, starts, ends in edges if starts <= day and (ends is None or ends > day)}


def refresh_paths(day: date | None = None) -> int:
    """Make the closure equal to the tree of that day (default: today); returns how many paths changed.

    Runs after every move and once a day, when moves planned for that day come into force.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _lock_tree()
        cursor.execute(
            """
            WITH RECURSIVE parent AS (
                SELECT child_id, parent_id FROM access_scopeedge
                WHERE starts_on <= %(day)s AND (ends_on IS NULL OR ends_on > %(day)s)),
            path(ancestor_id, descendant_id, depth) AS (
                SELECT id, id, 0 FROM access_scopenode
                UNION ALL
                SELECT parent.parent_id, path.descendant_id, path.depth + 1
                FROM path JOIN parent ON parent.child_id = path.ancestor_id
                WHERE path.depth < 64),
            gone AS (
                DELETE FROM access_scopepath old WHERE NOT EXISTS (
                    SELECT 1 FROM path WHERE path.ancestor_id = old.ancestor_id
                    AND path.descendant_id = old.descendant_id)
                RETURNING 1),
            put AS (
                INSERT INTO access_scopepath AS kept (ancestor_id, descendant_id, depth)
                SELECT ancestor_id, descendant_id, min(depth) FROM path GROUP BY 1, 2
                ON CONFLICT (ancestor_id, descendant_id) DO UPDATE SET depth = EXCLUDED.depth
                    WHERE kept.depth <> EXCLUDED.depth
                RETURNING 1)
            SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM put)
            """,
            {"day": day or today()},
        )
        changed: int = cursor.fetchone()[0]
    if changed:
        queries.forget()
    return changed
