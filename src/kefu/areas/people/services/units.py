"""Writes to units. The scope tree follows in the same transaction; past days keep the tree they had."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kefu.areas.people import permissions, rules
from kefu.areas.people.choices import LeadKind, UnitKind
from kefu.areas.people.events import UnitMoved
from kefu.areas.people.models import Employee, Leadership, Membership, Unit
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound, RuleBroken
from kefu.platform.access import services as access
from kefu.platform.access.services import authorise
from kefu.platform.access.services.tree import today
from kefu.platform.outbox.services import publish


def _system(actor: Actor, what: str) -> Actor:
    """The tree is written as a consequence of what ``actor`` was allowed to do here."""
    return Actor.system(f"{what} by {actor.label}")


def _locked(unit: Unit) -> Unit:
    locked = Unit.objects.select_for_update().select_related("node").filter(pk=unit.pk).first()
    if locked is None:
        raise NotFound(_("没有这个单位，请刷新后重试。"))
    return locked


def create_unit(
    *,
    actor: Actor,
    kind: str,
    code: str,
    name: str,
    parent: Unit | None,
    starts_on: date | None = None,
    sort_order: int = 100,
    cost_centre: str = "",
) -> Unit:
    """A new unit below ``parent`` (``None``: the centre itself) with its scope node.

    Raises ``InvalidInput`` for an empty name, a malformed or taken code, or a closed parent.
    """
    authorise(actor, permissions.UNIT_MANAGE, node_id=parent.pk if parent else None)
    code, name, start = code.strip(), name.strip(), starts_on or today()
    if kind not in UnitKind.values:
        raise InvalidInput(_("请选择单位类型。"), field="kind")
    if not rules.is_code(code):
        raise InvalidInput(_("编码须以字母或数字开头，只含字母、数字和 . _ -，最多 40 个字符。"), field="code")
    if not name:
        raise InvalidInput(_("请填写名称。"), field="name")
    if parent is not None and parent.ends_on is not None and parent.ends_on <= start:
        raise InvalidInput(_("上级单位“%(name)s”已撤销，请另选上级。") % {"name": parent.name}, field="parent")
    with transaction.atomic():
        node = access.create_node(
            actor=_system(actor, "people.unit:create"),
            kind=kind,
            code=code,
            name=name,
            parent=parent.node if parent else None,
            starts_on=start,
        )
        unit = Unit.objects.create(
            node=node,
            kind=kind,
            code=code,
            name=name[:80],
            name_key=rules.name_key(name),
            parent=parent,
            starts_on=start,
            sort_order=sort_order,
            cost_centre=cost_centre.strip()[:40],
        )
        auditing.record(
            actor=actor,
            action="people.unit:create",
            target=f"people.unit:{unit.pk}",
            after={"kind": kind, "code": code, "name": name, "parent": parent.pk if parent else None},
            node_id=unit.pk,
        )
    return unit


def update_unit(
    *,
    actor: Actor,
    unit: Unit,
    name: str,
    kind: str | None = None,
    sort_order: int | None = None,
    cost_centre: str | None = None,
) -> Unit:
    """Rename a unit, change its cost centre or its place among its siblings (``None``: leave as it is)."""
    authorise(actor, permissions.UNIT_MANAGE, node_id=unit.pk)
    name = name.strip()
    if not name:
        raise InvalidInput(_("请填写名称。"), field="name")
    if kind is not None and kind not in UnitKind.values:
        raise InvalidInput(_("请选择单位类型。"), field="kind")
    with transaction.atomic():
        locked = _locked(unit)
        before = {
            "name": locked.name,
            "kind": locked.kind,
            "sort_order": locked.sort_order,
            "cost_centre": locked.cost_centre,
        }
        if kind is not None and kind != locked.kind:
            # The reach of level "site" hangs on the node's kind, so it may not change under people's feet.
            raise RuleBroken(_("单位类型决定数据范围，建好后不能更改，请新建单位并移动成员。"), field="kind")
        locked.name, locked.name_key = name[:80], rules.name_key(name)
        locked.sort_order = locked.sort_order if sort_order is None else sort_order
        if cost_centre is not None:
            locked.cost_centre = cost_centre.strip()[:40]
        locked.save(update_fields=["name", "name_key", "sort_order", "cost_centre"])
        if before["name"] != locked.name:
            access.rename_node(actor=_system(actor, "people.unit:update"), node=locked.node, name=locked.name)
        auditing.record(
            actor=actor,
            action="people.unit:update",
            target=f"people.unit:{unit.pk}",
            before=before,
            after={
                "name": locked.name,
                "kind": locked.kind,
                "sort_order": locked.sort_order,
                "cost_centre": locked.cost_centre,
            },
            node_id=unit.pk,
        )
    return locked


def move_unit(*, actor: Actor, unit: Unit, parent: Unit | None, starts_on: date | None = None) -> Unit:
    """Let a unit, with all below it, stand under ``parent`` from ``starts_on`` (default: today).

    Days before keep the old tree. Raises ``InvalidInput`` when it would come to stand under itself, ``Conflict``
    when a later move is planned.
    """
    start = starts_on or today()
    authorise(actor, permissions.UNIT_MANAGE, node_id=unit.pk)
    authorise(actor, permissions.UNIT_MANAGE, node_id=parent.pk if parent else None)
    with transaction.atomic():
        locked = _locked(unit)
        if locked.starts_on > start:
            raise InvalidInput(_("生效日期早于单位成立日期，请改为成立之后。"), field="starts_on")
        old = locked.parent_id
        access.move_node(
            actor=_system(actor, "people.unit:move"),
            node=locked.node,
            parent=parent.node if parent else None,
            starts_on=start,
        )
        if start <= today():
            locked.parent = parent
            locked.save(update_fields=["parent"])
        auditing.record(
            actor=actor,
            action="people.unit:move",
            target=f"people.unit:{unit.pk}",
            before={"parent": old},
            after={"parent": parent.pk if parent else None, "starts_on": start.isoformat()},
            node_id=unit.pk,
        )
        publish(UnitMoved(unit.pk, parent.pk if parent else None, start.isoformat()))
    return locked


def close_unit(*, actor: Actor, unit: Unit, ends_on: date | None = None) -> Unit:
    """Close a unit from ``ends_on`` (default: today). Refused while somebody or something still belongs to it."""
    end = ends_on or today()
    authorise(actor, permissions.UNIT_MANAGE, node_id=unit.pk)
    with transaction.atomic():
        locked = _locked(unit)
        if locked.ends_on is not None:
            raise Conflict(_("“%(name)s”已撤销。") % {"name": locked.name})
        if end <= locked.starts_on:
            raise InvalidInput(_("撤销日期须晚于成立日期。"), field="ends_on")
        members = Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=end), unit=locked).count()
        if members:
            raise RuleBroken(_("还有 %(count)d 人属于该单位，请先把他们调走。") % {"count": members})
        if Unit.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=end), parent=locked).exists():
            raise RuleBroken(_("还有下级单位，请先移走或撤销它们。"))
        locked.ends_on = end
        locked.save(update_fields=["ends_on"])
        for leadership in Leadership.objects.filter(unit=locked, ends_on__isnull=True):
            _end(leadership, end)
        if end <= today():
            access.set_node_active(actor=_system(actor, "people.unit:close"), node=locked.node, is_active=False)
        auditing.record(
            actor=actor,
            action="people.unit:close",
            target=f"people.unit:{unit.pk}",
            after={"ends_on": end.isoformat()},
            node_id=unit.pk,
        )
    return locked


def appoint(
    *, actor: Actor, unit: Unit, employee: Employee, kind: str = LeadKind.LEADER, starts_on: date | None = None
) -> Leadership:
    """Let ``employee`` lead the unit (or be deputy) from ``starts_on``; the leader so far ends the day before."""
    start = starts_on or today()
    authorise(actor, permissions.UNIT_MANAGE, node_id=unit.pk)
    if kind not in LeadKind.values:
        raise InvalidInput(_("请选择负责人或副职。"), field="kind")
    if start < employee.hired_on or (employee.left_on is not None and start > employee.left_on):
        raise InvalidInput(_("%(name)s 当天不在职，不能任职。") % {"name": employee.name}, field="employee")
    with transaction.atomic():
        locked = _locked(unit)
        standing = Leadership.objects.filter(unit=locked, kind=kind)
        if kind == LeadKind.LEADER:
            if standing.filter(starts_on__gt=start).exists():
                raise Conflict(_("该单位已有更晚生效的任职，请先撤销那次任职。"))
            current = standing.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=start)).first()
        else:
            current = standing.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=start), employee=employee).first()
        if current is not None and current.employee_id == employee.pk:
            return current
        if current is not None:
            _end(current, start)
        leadership = Leadership.objects.create(unit=locked, employee=employee, kind=kind, starts_on=start)
        auditing.record(
            actor=actor,
            action="people.unit:appoint",
            target=f"people.unit:{unit.pk}",
            before={"employee": current.employee_id if current else None},
            after={"employee": employee.pk, "kind": kind, "starts_on": start.isoformat()},
            node_id=unit.pk,
        )
    return leadership


def end_leadership(*, actor: Actor, leadership: Leadership, ends_on: date | None = None) -> None:
    """Somebody stops leading the unit: ``ends_on`` is the first day without them."""
    end = ends_on or today()
    authorise(actor, permissions.UNIT_MANAGE, node_id=leadership.unit_id)
    with transaction.atomic():
        locked = Leadership.objects.select_for_update().filter(pk=leadership.pk, ends_on__isnull=True).first()
        if locked is None:
            raise Conflict(_("这项任职已经结束，请刷新页面。"))
        _end(locked, end)
        auditing.record(
            actor=actor,
            action="people.unit:dismiss",
            target=f"people.unit:{locked.unit_id}",
            before={"employee": locked.employee_id, "kind": locked.kind},
            after={"ends_on": end.isoformat()},
            node_id=locked.unit_id,
        )


def _end(leadership: Leadership, end: date) -> None:
    """End a leadership; one that would not have lasted a day never was."""
    if leadership.starts_on >= end:
        leadership.delete()
        return
    leadership.ends_on = end
    try:
        leadership.save(update_fields=["ends_on"])
    except IntegrityError as error:
        raise Conflict(_("任职日期与其他任职重叠，请检查。")) from error
