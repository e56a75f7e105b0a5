"""Delegating one's rights for a time, and ending that early."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotFound
from kefu.platform.access import permissions, queries
from kefu.platform.access.models import Delegation, User
from kefu.platform.access.services.authorising import authorise, require_mastery

LONGEST = timedelta(days=180)


def delegate(
    *,
    actor: Actor,
    principal: User,
    deputy: User,
    ends_at: datetime,
    starts_at: datetime | None = None,
    reason: str,
) -> Delegation:
    """Let ``deputy`` hold the assignments of ``principal`` from ``starts_at`` (default: now) until ``ends_at``.

    For oneself, or with the right to set it for the principal while holding no less than they do. What the
    principal holds only as somebody's deputy is never handed on. Raises ``InvalidInput`` for times that are past,
    the wrong way round or longer than half a year, and ``Conflict`` when the two have one in that time already.
    """
    _authorise(actor, principal)
    now = clock.now()
    start = max(starts_at or now, now)
    reason = reason.strip()
    if principal.pk == deputy.pk:
        raise InvalidInput(_("代理人不能是本人。"), field="deputy")
    if not deputy.is_active or not principal.is_active:
        raise InvalidInput(_("账号已停用，不能设置代理。"), field="deputy")
    if ends_at <= start:
        raise InvalidInput(_("结束时间须晚于开始时间。"), field="ends_at")
    if ends_at - start > LONGEST:
        raise InvalidInput(_("一次代理最长 180 天。"), field="ends_at")
    if not reason:
        raise InvalidInput(_("请填写原因，例如“年假”。"), field="reason")
    with transaction.atomic():
        try:
            with transaction.atomic():
                made = Delegation.objects.create(
                    principal=principal,
                    deputy=deputy,
                    starts_at=start,
                    ends_at=ends_at,
                    reason=reason[:200],
                    created_by_id=actor.user_id,
                    created_at=now,
                )
        except IntegrityError as error:
            raise Conflict(_("这段时间里已有同一代理人的代理，请先结束那一条。")) from error
        auditing.record(
            actor=actor,
            action="access.delegation:create",
            target=f"access.delegation:{made.pk}",
            after={
                "principal": principal.pk,
                "deputy": deputy.pk,
                "starts_at": start.isoformat(),
                "ends_at": ends_at.isoformat(),
            },
            reason=made.reason,
            node_id=principal.home_node_id,
        )
        queries.forget()
    return made


def end_delegation(*, actor: Actor, delegation: Delegation, at: datetime | None = None) -> None:
    """End it now (or at ``at``); the deputy may give it back, too. One that is over stays as it was."""
    if actor.user_id != delegation.deputy_id or actor.kind is ActorKind.TOKEN:
        _authorise(actor, delegation.principal)
    end = at or clock.now()
    with transaction.atomic():
        locked = Delegation.objects.select_for_update().filter(pk=delegation.pk).first()
        if locked is None:
            raise NotFound(_("没有这条代理。"))
        if (locked.ended_at or locked.ends_at) <= end:
            return
        locked.ended_at = delegation.ended_at = max(end, locked.starts_at)
        locked.save(update_fields=["ended_at"])
        auditing.record(
            actor=actor,
            action="access.delegation:end",
            target=f"access.delegation:{locked.pk}",
            before={"ends_at": locked.ends_at.isoformat()},
            after={"ended_at": locked.ended_at.isoformat()},
            node_id=delegation.principal.home_node_id,
        )
        queries.forget()


def _authorise(actor: Actor, principal: User) -> None:
    if actor.kind is ActorKind.TOKEN:
        raise Denied(_("令牌不能设置代理，请登录后办理。"))
    if actor.is_signed_in and actor.user_id == principal.pk:
        return
    authorise(actor, permissions.DELEGATION_MANAGE, node_id=principal.home_node_id)
    require_mastery(actor, principal)
