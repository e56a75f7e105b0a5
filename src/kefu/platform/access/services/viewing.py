"""Looking at the product with somebody else's eyes: read-only, for half an hour, never upwards."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import Conflict, Denied, InvalidInput
from kefu.platform.access import permissions, queries
from kefu.platform.access.models import User, Viewing
from kefu.platform.access.services.authorising import authorise, require_mastery

LONGEST = timedelta(minutes=30)


def begin_viewing(*, actor: Actor, target: User, reason: str) -> Viewing:
    """Let the present session show the pages as ``target`` sees them, for thirty minutes at most.

    Refused for oneself, for an account out of use, and for one that holds more than the actor does.
    """
    if actor.kind is not ActorKind.USER or not actor.session_key or actor.viewed_by is not None:
        raise Denied(_("请在登录的页面中使用。"))
    authorise(actor, permissions.USER_VIEW_AS, node_id=target.home_node_id)
    if target.pk == actor.user_id:
        raise InvalidInput(_("这就是您自己。"), field="target")
    if not target.is_active:
        raise InvalidInput(_("账号已停用。"), field="target")
    if not reason.strip():
        raise InvalidInput(_("请填写原因，会记入审计。"), field="reason")
    require_mastery(actor, target)
    if not queries.rights_cover(actor, target.pk):
        raise Denied(_("对方持有您没有的权限，不能以其身份查看。"), code="beyond_own_rights")
    now = clock.now()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=actor.user_id)
        open_ones = Viewing.objects.filter(session_key=actor.session_key, ended_at__isnull=True)
        if open_ones.filter(ends_at__gt=now).exists():
            raise Conflict(_("您正在以他人身份查看，请先结束。"))
        for past in open_ones:
            _close(past)
        made = Viewing.objects.create(
            viewer_id=actor.user_id or 0,
            target=target,
            session_key=actor.session_key,
            reason=reason.strip()[:200],
            started_at=now,
            ends_at=now + LONGEST,
        )
        auditing.record(
            actor=actor,
            action="access.viewing:begin",
            target=f"access.user:{target.pk}",
            after={"ends_at": made.ends_at.isoformat()},
            reason=made.reason,
            node_id=target.home_node_id,
        )
    return made


def end_viewing(*, viewing: Viewing, actor: Actor) -> None:
    """Be oneself again."""
    with transaction.atomic():
        locked = Viewing.objects.select_for_update().get(pk=viewing.pk)
        if locked.ended_at is not None:
            return
        _close(locked)
        auditing.record(
            actor=actor,
            action="access.viewing:end",
            target=f"access.user:{locked.target_id}",
            after={"ended_at": str(locked.ended_at)},
        )


def _close(viewing: Viewing) -> None:
    viewing.ended_at = min(clock.now(), viewing.ends_at)
    viewing.save(update_fields=["ended_at"])
