"""Signing in and out.

Wrong passwords are counted in the database *before* the password is looked at, so that any number of processes
and restarts share one count and parallel guesses cannot slip through. Three counters grow their own waits:

* the name from one address (after 4),
* the name from all addresses (after 25), and
* one address over all names (after 60).

The last two never hold up somebody who has signed in from the same address within the last 90 days, so that a
stranger cannot lock people out of their work, and no wait is longer than an hour.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from datetime import datetime, timedelta

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput, TooMany
from kefu.platform.access import ports, queries, rules
from kefu.platform.access.choices import PendingStep, SessionEnd
from kefu.platform.access.models import LoginThrottle, SessionRecord, User
from kefu.platform.access.services import passwords, second_factor

BACKEND = "kefu.platform.access.backend.SessionBackend"
_KNOWN_FOR = timedelta(days=90)


def sign_in(*, request: HttpRequest, username: str, password: str, ip: str) -> User:
    """Sign in and start a fresh session; raises ``InvalidInput`` (always the same words) or ``TooMany``.

    Where a second factor is bound or required, the session opens nothing but the page that asks for it.
    """
    now = clock.now()
    name = unicodedata.normalize("NFKC", username).strip().casefold()[:64]
    user = User.objects.filter(username__iexact=name).first()
    keys = _count_attempt(name=name, ip=ip, known=_is_known(user, ip, now), now=now)
    # An unknown name costs the same work as a known one, so that the time taken tells nothing.
    stored = user.password if user is not None and user.has_usable_password() else _dummy_password()
    matches = check_password(password, stored)
    if user is None or not matches or not user.is_active or not user.has_usable_password():
        raise InvalidInput(_("账号或密码不正确。"), field="", code="wrong_credentials")
    require_network(user, ip=ip)
    with transaction.atomic():
        LoginThrottle.objects.filter(key=keys[0]).delete()
        enter(request=request, user=user, ip=ip, now=now)
    return user


def enter(*, request: HttpRequest, user: User, ip: str, now: datetime, via: str = "") -> None:
    """Start the session of somebody who has proved who they are; ``via`` names a provider that vouched for them.

    A provider's own second factor is its business: such a session needs none of ours unless a role asks for it.
    """
    step = second_factor.step_after_password(user, now)
    if via and step is PendingStep.VERIFY and not second_factor.is_required(user, now):
        step = PendingStep.NONE
    _start_session(request, user, ip=ip, now=now, pending=step)
    User.objects.filter(pk=user.pk).update(last_login=now)
    if passwords.is_too_old(user, now) and not via:
        User.objects.filter(pk=user.pk).update(must_change_password=True)
    auditing.record(
        actor=user.as_actor(ip=ip, session_key=request.session.session_key or ""),
        action="access.session:sign_in",
        target=f"access.user:{user.pk}",
        after={"via": via} if via else None,
        node_id=user.home_node_id,
    )


def require_network(user: User, *, ip: str) -> None:
    """Raise ``Denied`` when every role of the account is bound to networks that ``ip`` is not in."""
    if queries.is_shut_out(user.pk, ip=ip):
        raise Denied(
            _("当前网络地址不在您的角色允许的范围内，请在允许的网络中登录，或联系管理员。"), code="wrong_network"
        )


def sign_out(*, request: HttpRequest, actor: Actor) -> None:
    """End the present session, also one that waits for a second step or is locked."""
    with transaction.atomic():
        record = SessionRecord.objects.filter(session_key=request.session.session_key or "-", ended_at=None).first()
        if record is not None:
            record.ended_at, record.end_reason = clock.now(), SessionEnd.SIGNED_OUT
            record.save(update_fields=["ended_at", "end_reason"])
            who = actor if actor.is_signed_in else record.user.as_actor(ip=actor.ip, session_key=record.session_key)
            auditing.record(actor=who, action="access.session:sign_out", target=f"access.user:{record.user_id}")
        request.session.flush()


def renew(*, request: HttpRequest, user: User, ip: str) -> None:
    """Give the present session a new key and the account's present password mark; what it has proved stays."""
    with transaction.atomic():
        old = SessionRecord.objects.filter(session_key=request.session.session_key or "-").first()
        pending = PendingStep(old.pending) if old is not None else PendingStep.NONE
        verified_at = old.verified_at if old is not None else None
        if old is not None:
            old.delete()
        _start_session(request, user, ip=ip, now=clock.now(), pending=pending, verified_at=verified_at)


def _start_session(
    request: HttpRequest,
    user: User,
    *,
    ip: str,
    now: datetime,
    pending: PendingStep = PendingStep.NONE,
    verified_at: datetime | None = None,
) -> None:
    if request.session.get(SESSION_KEY) not in {None, str(user.pk)}:
        request.session.flush()
    request.session.cycle_key()
    request.session[SESSION_KEY] = str(user.pk)
    request.session[BACKEND_SESSION_KEY] = BACKEND
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    request.session.save()
    rotate_token(request)
    SessionRecord.objects.create(
        user=user,
        session_key=request.session.session_key or "",
        ip=ip,
        user_agent=request.headers.get("User-Agent", "")[:255],
        created_at=now,
        last_seen_at=now,
        pending=pending,
        verified_at=verified_at,
        idle_seconds=ports.policy(ports.IDLE_LOCK_MINUTES) * 60,
    )


def _is_known(user: User | None, ip: str, now: datetime) -> bool:
    """Whether that account has signed in from that address lately."""
    return user is not None and SessionRecord.objects.filter(user=user, ip=ip, created_at__gt=now - _KNOWN_FOR).exists()


def _count_attempt(*, name: str, ip: str, known: bool, now: datetime) -> list[str]:
    """Count one attempt as failed in advance; raises ``TooMany`` without counting while a wait lasts."""
    group = rules.address_group(ip)
    counters = [(_key("both", f"{name}\0{group}"), rules.FREE_FAILURES)]
    if not known:
        counters.append((_key("name", name), rules.FREE_NAME_FAILURES))
        counters.append((_key("address", group), rules.FREE_ADDRESS_FAILURES))
    free = dict(counters)
    with transaction.atomic():
        LoginThrottle.objects.bulk_create(
            [LoginThrottle(key=key, last_failed_at=now) for key in sorted(free)], ignore_conflicts=True
        )
        rows = list(LoginThrottle.objects.select_for_update().filter(key__in=free).order_by("key"))
        wait = max((row.locked_until - now for row in rows if row.locked_until), default=timedelta())
        if wait > timedelta():
            raise _too_many(wait)
        for row in rows:
            if now - row.last_failed_at > rules.FORGET_FAILURES_AFTER:
                row.failures = 0
            row.failures += 1
            row.last_failed_at = now
            earned = rules.wait_after(row.failures, free[row.key])
            row.locked_until = now + earned if earned else None
            row.save(update_fields=["failures", "last_failed_at", "locked_until"])
    return [key for key, _free in counters]


def _too_many(wait: timedelta) -> TooMany:
    seconds = math.ceil(wait.total_seconds())
    minutes = math.ceil(seconds / 60)
    text = (
        ngettext("请等 %(n)d 秒再试。", "请等 %(n)d 秒再试。", seconds) % {"n": seconds}
        if seconds < 60
        else ngettext("请等 %(n)d 分钟再试。", "请等 %(n)d 分钟再试。", minutes) % {"n": minutes}
    )
    return TooMany(_("密码错误次数过多。") + " " + text, code="locked_out", details={"retry_after": seconds})


def _key(kind: str, value: str) -> str:
    """A key of fixed length that keeps names out of the table."""
    return f"{kind}:{hashlib.sha256(value.encode()).hexdigest()[:48]}"


_DUMMY: list[str] = []


def _dummy_password() -> str:
    if not _DUMMY:
        _DUMMY.append(make_password("no account has this"))
    return _DUMMY[0]
