"""Setting passwords: the policy, and what a new password ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput
from kefu.platform.access import permissions, ports, rules
from kefu.platform.access.choices import SessionEnd
from kefu.platform.access.models import PastPassword, User
from kefu.platform.access.services.authorising import authorise, require_mastery
from kefu.platform.access.services.sessions import end_sessions


def require_good_password(password: str, *, username: str, display_name: str, field: str = "password") -> None:
    """Raise ``InvalidInput`` that says all that is wrong with the password."""
    minimum = ports.policy(ports.PASSWORD_MINIMUM)
    faults = rules.password_faults(password, username=username, display_name=display_name, minimum=minimum)
    if not faults:
        return
    words = {
        "short": _("密码至少要 %(n)d 个字符。") % {"n": minimum},
        "long": _("密码最多 %(n)d 个字符。") % {"n": rules.MAXIMUM_PASSWORD},
        "common": _("这个密码太常见，容易被猜到。"),
        "name": _("密码不能由账号或姓名稍加改动而成。"),
        "plain": _("密码里的字符太单一，请混用不同的字符。"),
    }
    raise InvalidInput(" ".join(words[fault] for fault in faults), field=field, code="weak_password")


def require_new_password(user: User, password: str, *, field: str = "password") -> None:
    """Raise ``InvalidInput`` when the password is the present one or one of the last few."""
    kept = ports.policy(ports.PASSWORD_HISTORY)
    past = list(PastPassword.objects.filter(user=user).values_list("password", flat=True)[:kept])
    if any(check_password(password, old) for old in ([user.password] if kept else []) + past):
        raise InvalidInput(_("不能使用最近 %(n)d 次用过的密码。") % {"n": kept}, field=field, code="used_password")


def is_too_old(user: User, now: datetime) -> bool:
    """Whether the password has to be changed because of its age."""
    days = ports.policy(ports.PASSWORD_MAX_DAYS)
    return bool(days and user.password_changed_at and now - user.password_changed_at > timedelta(days=days))


def set_password(*, actor: Actor, user: User, password: str, must_change: bool = True) -> None:
    """Give another account a new password; it must be changed at the next sign-in unless said otherwise.

    Ends all sessions of that account. Refused when the account holds rights that the actor does not.
    """
    authorise(actor, permissions.USER_MANAGE, node_id=user.home_node_id)
    require_mastery(actor, user)
    require_good_password(password, username=user.username, display_name=user.display_name)
    require_new_password(user, password)
    with transaction.atomic():
        _write(user, password, must_change=must_change)
        ended = end_sessions(user_id=user.pk, reason=SessionEnd.PASSWORD)
        auditing.record(
            actor=actor,
            action="access.user:reset_password",
            target=f"access.user:{user.pk}",
            after={"must_change": must_change, "sessions_ended": ended},
            node_id=user.home_node_id,
        )


def change_own_password(*, actor: Actor, old: str, new: str) -> None:
    """Change one's own password; raises ``InvalidInput`` when the old one is wrong or the new one weak.

    All other sessions end; the caller renews the present one (``signing_in.renew``).
    """
    if actor.user_id is None:
        raise Denied(_("请先登录。"))
    user = User.objects.get(pk=actor.user_id)
    if not check_password(old, user.password):
        raise InvalidInput(_("当前密码不正确。"), field="old", code="wrong_password")
    if old == new:
        raise InvalidInput(_("新密码不能与当前密码相同。"), field="password", code="same_password")
    require_good_password(new, username=user.username, display_name=user.display_name)
    require_new_password(user, new)
    with transaction.atomic():
        _write(user, new, must_change=False)
        ended = end_sessions(user_id=user.pk, reason=SessionEnd.PASSWORD, keep=actor.session_key)
        auditing.record(
            actor=actor,
            action="access.user:change_password",
            target=f"access.user:{user.pk}",
            after={"sessions_ended": ended},
            node_id=user.home_node_id,
        )


def _write(user: User, password: str, *, must_change: bool) -> None:
    locked = User.objects.select_for_update().get(pk=user.pk)
    now = clock.now()
    if locked.has_usable_password():
        PastPassword.objects.create(user=locked, password=locked.password, replaced_at=now)
        kept = PastPassword.objects.filter(user=locked)[: ports.PASSWORD_HISTORY.maximum]
        PastPassword.objects.filter(user=locked).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    locked.password = user.password = make_password(password)
    locked.must_change_password = user.must_change_password = must_change
    locked.password_changed_at = now
    locked.save(update_fields=["password", "must_change_password", "password_changed_at"])
