"""Writes to the establishment: how many of a post a unit may have, and the staffing rules."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kefu.areas.people import permissions, rules
from kefu.areas.people.choices import RatioBasis, RatioKind, UnitKind
from kefu.areas.people.models import EstablishmentLine, Post, RatioRule, Unit
from kefu.areas.people.services.employees import check_unit
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound
from kefu.platform.access.services import authorise
from kefu.platform.access.services.tree import today

MOST = 9999


def set_headcount(
    *, actor: Actor, unit: Unit, post: Post, headcount: int, starts_on: date | None = None
) -> EstablishmentLine | None:
    """Plan ``headcount`` people of a post in a unit from ``starts_on`` (default: today); 0 ends the plan.

    The plan of the days before stays. Raises ``Conflict`` when a later plan is on file.
    """
    start = starts_on or today()
    authorise(actor, permissions.ESTABLISHMENT_MANAGE, node_id=unit.pk)
    if not 0 <= headcount <= MOST:
        raise InvalidInput(_("编制人数为 0 到 %(most)d。") % {"most": MOST}, field="headcount")
    if start < unit.starts_on:
        raise InvalidInput(_("生效日期早于单位成立日期，请改为成立之后。"), field="starts_on")
    check_unit(unit, start)
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit.pk)
        lines = list(EstablishmentLine.objects.filter(unit=unit, post=post).order_by("starts_on"))
        if any(line.starts_on > start for line in lines):
            raise Conflict(_("已有更晚生效的编制，请先调整那一次。"))
        current = next((line for line in lines if line.ends_on is None or line.ends_on > start), None)
        before = current.headcount if current else 0
        if before == headcount:
            return current
        if current is not None:
            if current.starts_on == start:
                current.delete()
            else:
                current.ends_on = start
                current.save(update_fields=["ends_on"])
        made = (
            EstablishmentLine.objects.create(unit=unit, post=post, headcount=headcount, starts_on=start)
            if headcount
            else None
        )
        auditing.record(
            actor=actor,
            action="people.establishment:set",
            target=f"people.unit:{unit.pk}",
            before={"post": post.code, "headcount": before},
            after={"post": post.code, "headcount": headcount, "starts_on": start.isoformat()},
            node_id=unit.pk,
        )
    return made


def save_ratio_rule(
    *,
    actor: Actor,
    rule: RatioRule | None,
    name: str,
    kind: str,
    basis: str,
    level: str,
    number: int,
    posts: Collection[Post],
    base_posts: Collection[Post] = (),
    code: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RatioRule:
    """A new staffing rule (``rule`` is ``None``; then ``code`` is needed) or a change of one."""
    authorise(actor, permissions.ESTABLISHMENT_MANAGE, node_id=None)
    start = starts_on or (rule.starts_on if rule else today())
    _check_rule(name, kind, basis, level, number, posts, base_posts)
    if ends_on is not None and ends_on <= start:
        raise InvalidInput(_("失效日期须晚于生效日期。"), field="ends_on")
    if rule is None and not rules.is_code(code.strip()):
        raise InvalidInput(_("编码须以字母或数字开头，只含字母、数字和 . _ -，最多 40 个字符。"), field="code")
    with transaction.atomic():
        if rule is None:
            found = RatioRule(code=code.strip())
        else:
            locked = RatioRule.objects.select_for_update().filter(pk=rule.pk).first()
            if locked is None:
                raise NotFound(_("没有这条规则，请刷新后重试。"))
            found = locked
        before = _snapshot(found) if found.pk else None
        found.name, found.kind, found.basis, found.level = name.strip()[:80], kind, basis, level
        found.number, found.starts_on, found.ends_on = number, start, ends_on
        try:
            with transaction.atomic():
                found.save()
        except IntegrityError as error:
            raise InvalidInput(_("编码“%(code)s”已被使用。") % {"code": found.code}, field="code") from error
        found.posts.set(posts)
        found.base_posts.set(base_posts)
        auditing.record(
            actor=actor,
            action="people.ratio:update" if before else "people.ratio:create",
            target=f"people.ratio:{found.pk}",
            before=before,
            after=_snapshot(found),
        )
    return found


def _check_rule(
    name: str,
    kind: str,
    basis: str,
    level: str,
    number: int,
    posts: Collection[Post],
    base_posts: Collection[Post],
) -> None:
    if not name.strip():
        raise InvalidInput(_("请填写名称。"), field="name")
    if kind not in RatioKind.values or basis not in RatioBasis.values or level not in UnitKind.values:
        raise InvalidInput(_("请选择方式、口径和层级。"), field="kind")
    if not 1 <= number <= MOST:
        raise InvalidInput(_("数量为 1 到 %(most)d。") % {"most": MOST}, field="number")
    if not posts:
        raise InvalidInput(_("请选择应配的岗位。"), field="posts")
    if kind == RatioKind.PER and not base_posts:
        raise InvalidInput(_("按比例的规则须选择服务对象岗位。"), field="base_posts")


def _snapshot(rule: RatioRule) -> dict[str, object]:
    return {
        "name": rule.name,
        "kind": rule.kind,
        "basis": rule.basis,
        "level": rule.level,
        "number": rule.number,
        "posts": sorted(rule.posts.values_list("code", flat=True)),
        "base_posts": sorted(rule.base_posts.values_list("code", flat=True)),
        "starts_on": rule.starts_on.isoformat(),
        "ends_on": rule.ends_on.isoformat() if rule.ends_on else None,
    }
