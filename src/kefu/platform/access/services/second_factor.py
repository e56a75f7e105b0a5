"""The second factor: an authenticator app (TOTP, RFC 6238) and ten recovery codes.

A code counts for its own time step and one step to either side, and each step opens once: the last one used is
remembered under a lock, so that a code that was looked at over somebody's shoulder is worth nothing afterwards.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput, NotFound, RuleBroken
from kefu.platform.access import permissions, ports
from kefu.platform.access.choices import PendingStep, SessionEnd
from kefu.platform.access.models import Assignment, RecoveryCode, SecondFactor, SessionRecord, User
from kefu.platform.access.services.authorising import authorise, require_mastery
from kefu.platform.access.services.rates import count_hit
from kefu.platform.access.services.sessions import end_sessions

ISSUER = "Kefu"
STEP_SECONDS = 30
CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_TRIES, _PER_SECONDS = 5, 300


def is_required(user: User, at: datetime) -> bool:
    """Whether one of the roles that the account holds at ``at`` asks for a second factor."""
    running = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    return Assignment.objects.filter(running, user=user, starts_at__lte=at, role__requires_second_factor=True).exists()


def step_after_password(user: User, at: datetime) -> PendingStep:
    """What a sign-in still lacks once the password was right."""
    if SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists():
        return PendingStep.VERIFY
    return PendingStep.ENROL if is_required(user, at) else PendingStep.NONE


def begin_enrolment(*, user: User) -> str:
    """A fresh secret for the account's app, in force once ``confirm_enrolment`` has seen a code from it.

    Opening the page again before that shows the same secret. Refused when an app is bound already.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        known = SecondFactor.objects.filter(user=user).first()
        if known is not None and known.confirmed_at is not None:
            raise RuleBroken(_("已绑定动态口令，请先解除再重新绑定。"))
        if known is not None:
            return ports.unseal(known.sealed_secret, known.seal_context)
        secret = pyotp.random_base32()
        factor = SecondFactor(user=user, created_at=clock.now())
        factor.sealed_secret = ports.seal(secret, factor.seal_context)
        factor.save(force_insert=True)
    return secret


def provisioning_uri(user: User, secret: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)


def confirm_enrolment(*, user: User, code: str, record: SessionRecord | None, ip: str = "") -> list[str]:
    """Bind the app that shows ``code``; returns ten recovery codes, which are never seen again.

    The session counts as verified, all others of the account end. Raises ``InvalidInput`` for a wrong code.
    """
    count_hit(f"access.second_factor:{user.pk}", limit=_TRIES, per_seconds=_PER_SECONDS)
    now = clock.now()
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at__isnull=True).first()
        if factor is None:
            raise NotFound(_("请重新打开绑定页面。"))
        if not _use_step(factor, code, now):
            raise _wrong()
        factor.confirmed_at = now
        factor.save(update_fields=["confirmed_at"])
        codes = _issue_codes(user)
        _mark_verified(record, now)
        ended = end_sessions(user_id=user.pk, reason=SessionEnd.FACTOR, keep=record.session_key if record else "")
        auditing.record(
            actor=user.as_actor(ip=ip, session_key=record.session_key if record else ""),
            action="access.second_factor:enrol",
            target=f"access.user:{user.pk}",
            after={"sessions_ended": ended},
            node_id=user.home_node_id,
        )
    return codes


def verify(*, user: User, code: str, record: SessionRecord | None, ip: str = "") -> bool:
    """Let the session in that shows a fresh code of the app, or an unused recovery code.

    Returns whether it was a recovery code. Raises ``InvalidInput`` for a wrong or used one, ``TooMany`` after five
    tries in five minutes.
    """
    count_hit(f"access.second_factor:{user.pk}", limit=_TRIES, per_seconds=_PER_SECONDS)
    now = clock.now()
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at__isnull=False).first()
        if factor is None:
            raise NotFound(_("这个账号没有绑定动态口令。"))
        by_recovery = False
        if not _use_step(factor, code, now):
            by_recovery = _use_recovery(user, code, now)
            if not by_recovery:
                raise _wrong()
        _mark_verified(record, now)
        auditing.record(
            actor=user.as_actor(ip=ip, session_key=record.session_key if record else ""),
            action="access.second_factor:recover" if by_recovery else "access.second_factor:verify",
            target=f"access.user:{user.pk}",
            node_id=user.home_node_id,
        )
    return by_recovery


def renew_recovery_codes(*, user: User, code: str, actor: Actor) -> list[str]:
    """Ten new recovery codes against a fresh code of the app; the old ones open nothing any more."""
    _own(actor, user)
    verify(user=user, code=code, record=None, ip=actor.ip)
    with transaction.atomic():
        codes = _issue_codes(user)
        auditing.record(actor=actor, action="access.second_factor:renew_codes", target=f"access.user:{user.pk}")
    return codes


def remove(*, user: User, code: str, actor: Actor) -> None:
    """Unbind one's own app against a fresh code; refused while a role requires it."""
    _own(actor, user)
    if is_required(user, clock.now()):
        raise RuleBroken(_("您的角色要求动态口令，不能解除。换手机请用恢复码，或请管理员重置。"))
    verify(user=user, code=code, record=None, ip=actor.ip)
    with transaction.atomic():
        _forget(user)
        auditing.record(actor=actor, action="access.second_factor:remove", target=f"access.user:{user.pk}")


def reset(*, actor: Actor, user: User) -> None:
    """Unbind somebody else's lost app. All their sessions end; where a role requires it they bind a new one.

    Nobody resets their own, nor that of an account that holds more than they do.
    """
    authorise(actor, permissions.USER_MANAGE, node_id=user.home_node_id)
    require_mastery(actor, user)
    if actor.user_id == user.pk:
        raise Denied(_("不能重置自己的动态口令，请由他人办理。"))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        _forget(user)
        ended = end_sessions(user_id=user.pk, reason=SessionEnd.FACTOR)
        auditing.record(
            actor=actor,
            action="access.second_factor:reset",
            target=f"access.user:{user.pk}",
            after={"sessions_ended": ended},
            node_id=user.home_node_id,
        )


def _own(actor: Actor, user: User) -> None:
    if actor.user_id != user.pk or actor.token_id is not None:
        raise Denied(_("请先登录。"))


def _forget(user: User) -> None:
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def _use_step(factor: SecondFactor, code: str, now: datetime) -> bool:
    """Whether ``code`` belongs to a step around ``now`` later than any used before; the step is then used up."""
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return False
    totp = pyotp.TOTP(ports.unseal(factor.sealed_secret, factor.seal_context))
    present = int(now.timestamp()) // STEP_SECONDS
    for step in (present - 1, present, present + 1):
        if step > factor.last_step and hmac.compare_digest(totp.generate_otp(step), digits):
            factor.last_step = step
            factor.save(update_fields=["last_step"])
            return True
    return False


def _use_recovery(user: User, code: str, now: datetime) -> bool:
    wanted = _digest(user, code)
    return RecoveryCode.objects.filter(user=user, digest=wanted, used_at__isnull=True).update(used_at=now) == 1


def _issue_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    plain = ["-".join("".join(secrets.choice(_ALPHABET) for _i in range(5)) for _j in range(2)) for _k in range(CODES)]
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=_digest(user, code)) for code in plain])
    return plain


def _digest(user: User, code: str) -> str:
    """Keyed, because fifty bits would not withstand a stolen table for ever."""
    text = "".join(ch for ch in code.casefold() if ch in _ALPHABET)
    return hmac.new(settings.SECRET_KEY.encode(), f"recovery:{user.pk}:{text}".encode(), hashlib.sha256).hexdigest()


def _mark_verified(record: SessionRecord | None, now: datetime) -> None:
    if record is not None:
        record.pending, record.verified_at = PendingStep.NONE, now
        SessionRecord.objects.filter(pk=record.pk).update(pending=PendingStep.NONE, verified_at=now)


def _wrong() -> InvalidInput:
    return InvalidInput(_("动态口令不正确或已用过，请等下一个。"), field="code", code="wrong_code")
