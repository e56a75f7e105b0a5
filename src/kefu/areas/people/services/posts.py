"""Writes to the post catalogue, and who holds which post from when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kefu.areas.people import permissions, rules
from kefu.areas.people.choices import PostCategory
from kefu.areas.people.events import PostChanged
from kefu.areas.people.models import Employee, Post, PostHolding, PostSkill, SeatType, Skill
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound, RuleBroken
from kefu.platform.access.services import authorise
from kefu.platform.access.services.tree import today
from kefu.platform.outbox.services import publish

TEXTS = ("duties", "authority", "standards", "measures")


def save_post(
    *,
    actor: Actor,
    post: Post | None,
    name: str,
    category: str,
    code: str = "",
    superior: Post | None = None,
    seat_type: SeatType | None = None,
    is_key: bool = False,
    sort_order: int = 100,
    **texts: str,
) -> Post:
    """A new post (``post`` is ``None``; then ``code`` is needed) or the new wording of one.

    ``texts``: duties, authority, standards, measures, one item a line. Raises ``InvalidInput`` for a taken or
    malformed code, a taken name, or a superior below itself.
    """
    authorise(actor, permissions.POST_MANAGE, node_id=None)
    name = name.strip()
    if not name:
        raise InvalidInput(_("请填写名称。"), field="name")
    if category not in PostCategory.values:
        raise InvalidInput(_("请选择岗位类别。"), field="category")
    if post is None and not rules.is_code(code.strip()):
        raise InvalidInput(_("编码须以字母或数字开头，只含字母、数字和 . _ -，最多 40 个字符。"), field="code")
    with transaction.atomic():
        found = Post(code=code.strip()) if post is None else _locked(post)
        if superior is not None and found.pk and found.pk in _above(superior):
            raise InvalidInput(
                _("“%(name)s”在该岗位之下，不能作为它的上级。") % {"name": superior.name}, field="superior"
            )
        before = _snapshot(found) if found.pk else None
        found.name, found.category, found.superior, found.seat_type = name[:64], category, superior, seat_type
        found.is_key, found.sort_order = is_key, sort_order
        for key in TEXTS:
            setattr(found, key, rules.tidy_lines(texts.get(key, "")))
        try:
            with transaction.atomic():
                found.save()
        except IntegrityError as error:
            if Post.objects.filter(name=found.name).exclude(pk=found.pk).exists():
                raise InvalidInput(_("已有岗位叫“%(name)s”。") % {"name": found.name}, field="name") from error
            raise InvalidInput(_("编码“%(code)s”已被使用。") % {"code": found.code}, field="code") from error
        auditing.record(
            actor=actor,
            action="people.post:update" if before else "people.post:create",
            target=f"people.post:{found.pk}",
            before=before,
            after=_snapshot(found),
        )
    return found


def set_post_active(*, actor: Actor, post: Post, is_active: bool) -> Post:
    """Retire a post, or take it into use again. Refused while somebody holds it."""
    authorise(actor, permissions.POST_MANAGE, node_id=None)
    with transaction.atomic():
        found = _locked(post)
        if not is_active:
            held = Employee.objects.filter(post=found, left_on__isnull=True).count()
            if held:
                raise RuleBroken(_("还有 %(count)d 人在这个岗位，请先变更他们的岗位。") % {"count": held})
        found.is_active = is_active
        found.save(update_fields=["is_active"])
        auditing.record(
            actor=actor,
            action="people.post:reopen" if is_active else "people.post:retire",
            target=f"people.post:{found.pk}",
            after={"is_active": is_active},
        )
    return found


def require_skills(*, actor: Actor, post: Post, levels: Mapping[Skill, int]) -> None:
    """Say which skills the post asks for, at which level; whatever is not in ``levels`` is no longer asked for."""
    authorise(actor, permissions.POST_MANAGE, node_id=None)
    if any(not 1 <= level <= rules.MAX_LEVEL for level in levels.values()):
        raise InvalidInput(_("技能等级为 1 到 5。"), field="level")
    with transaction.atomic():
        found = _locked(post)
        before = dict(PostSkill.objects.filter(post=found).values_list("skill__code", "level"))
        PostSkill.objects.filter(post=found).delete()
        PostSkill.objects.bulk_create(PostSkill(post=found, skill=skill, level=lvl) for skill, lvl in levels.items())
        auditing.record(
            actor=actor,
            action="people.post:require",
            target=f"people.post:{found.pk}",
            before=before,
            after={skill.code: level for skill, level in levels.items()},
        )


def assign_post(
    *, actor: Actor, employee: Employee, post: Post | None, starts_on: date | None = None
) -> PostHolding | None:
    """Let somebody hold ``post`` (``None``: none) from ``starts_on`` (default: today); the past stays as it was.

    Raises ``InvalidInput`` for a day before the first one or a retired post, ``Conflict`` when a later change is on
    file, they hold it already or they have left.
    """
    start = starts_on or today()
    authorise(actor, permissions.EMPLOYEE_MANAGE, node_id=employee.unit_id)
    if post is not None and not post.is_active:
        raise InvalidInput(_("岗位“%(name)s”已停用，请另选岗位。") % {"name": post.name}, field="post")
    with transaction.atomic():
        locked = Employee.objects.select_for_update(of=("self",)).filter(pk=employee.pk).first()
        if locked is None:
            raise NotFound(_("没有这名员工，请刷新后重试。"))
        authorise(actor, permissions.EMPLOYEE_MANAGE, node_id=locked.unit_id)
        if locked.left_on is not None:
            raise Conflict(_("%(name)s 已办理离职，不能变更岗位。") % {"name": locked.name})
        held = list(PostHolding.objects.select_for_update().filter(employee=locked).order_by("starts_on"))
        stays = [rules.Stay(row.post_id, row.starts_on, row.ends_on) for row in held]
        _refuse(rules.transfer_fault(stays, post.pk if post else 0, start, locked.hired_on), locked, post)
        current = held[-1] if held and (held[-1].ends_on is None or held[-1].ends_on > start) else None
        if current is None and post is None:
            return None
        if current is not None:
            if current.starts_on == start:
                current.delete()
            else:
                current.ends_on = start
                current.save(update_fields=["ends_on"])
        made = PostHolding.objects.create(employee=locked, post=post, starts_on=start) if post else None
        before = locked.post_id
        if start <= today() or locked.hired_on == start:
            locked.post = post
            locked.save(update_fields=["post"])
        auditing.record(
            actor=actor,
            action="people.employee:post",
            target=f"people.employee:{locked.pk}",
            before={"post": before},
            after={"post": post.pk if post else None, "starts_on": start.isoformat()},
            node_id=locked.unit_id,
        )
        publish(PostChanged(locked.pk, before, post.pk if post else None, start.isoformat()))
    return made


def _refuse(fault: str | None, employee: Employee, post: Post | None) -> None:
    if fault == "early":
        raise InvalidInput(_("生效日期早于入职日期，请改为入职之后。"), field="starts_on")
    if fault == "planned":
        raise Conflict(_("已有更晚生效的岗位变更，请先撤销那次变更。"))
    if fault == "same" and post is not None:
        raise Conflict(_("%(name)s 当天已是“%(post)s”。") % {"name": employee.name, "post": post.name})


def _locked(post: Post) -> Post:
    found = Post.objects.select_for_update().filter(pk=post.pk).first()
    if found is None:
        raise NotFound(_("没有这个岗位，请刷新后重试。"))
    return found


def _above(post: Post) -> set[int]:
    """The post and all those above it."""
    parents = dict(Post.objects.values_list("pk", "superior_id"))
    chain: set[int] = set()
    pk: int | None = post.pk
    while pk is not None and pk not in chain:
        chain.add(pk)
        pk = parents.get(pk)
    return chain


def _snapshot(post: Post) -> dict[str, Any]:
    keys = ("name", "category", "superior_id", "seat_type_id", "is_key", "sort_order", *TEXTS)
    return {key: getattr(post, key) for key in keys}
