"""API tokens: issued with a subset of one's permissions until a date, shown once, stored as a digest."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import Denied, InvalidInput, NotSignedIn
from kefu.platform.access import permissions, queries
from kefu.platform.access.models import ApiToken, SecondFactor, SessionRecord, User
from kefu.platform.access.rules import clean_networks, in_networks
from kefu.platform.access.services.authorising import authorise, label_of, require_mastery
from kefu.platform.access.services.second_factor import is_required

PREFIX = "kefu_"
LONGEST = timedelta(days=366)
_USED_EVERY = timedelta(minutes=1)


def issue_token(
    *,
    actor: Actor,
    name: str,
    codes: Iterable[str],
    expires_at: datetime,
    networks: Iterable[str] = (),
    user: User | None = None,
) -> tuple[ApiToken, str]:
    """A new token for oneself (or, by the system, for ``user``), and its plain text, which is never seen again.

    Raises ``InvalidInput`` for an empty name, no permission, or an end that is past or more than a year away, and
    ``Denied`` for a permission that the owner does not hold, and from a session in which a second factor that the
    owner needs was not shown. With ``networks`` the token opens nothing from elsewhere. A token cannot issue tokens.
    """
    if actor.kind is ActorKind.TOKEN:
        raise Denied(_("令牌不能再签发令牌，请登录后签发。"))
    authorise(actor, permissions.TOKEN_ISSUE)
    try:
        inside = clean_networks(networks)
    except ValueError as error:
        raise InvalidInput(_("请每行填写一个网络，例如 10.8.0.0/16。"), field="networks") from error
    owner = user if actor.is_system else User.objects.filter(pk=actor.user_id).first()
    if owner is None:
        raise Denied(_("请先登录。"))
    if not actor.is_system:
        _require_verified_session(actor, owner)
    wanted = sorted(set(codes))
    now = clock.now()
    if not name.strip():
        raise InvalidInput(_("请给令牌起个名字。"), field="name")
    if not wanted:
        raise InvalidInput(_("请至少选择一项权限。"), field="permissions")
    if not now < expires_at <= now + LONGEST:
        raise InvalidInput(_("有效期须在今后一年之内。"), field="expires_at")
    for code in wanted:
        if not queries.has_permission(owner.as_actor(), code):
            raise Denied(_("您不能授予自己没有的权限：%(what)s。") % {"what": label_of(code)}, code="beyond_own_rights")
    plain = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=owner,
            name=name.strip()[:64],
            digest=_digest(plain),
            hint=plain[:10],
            permissions=wanted,
            networks=inside,
            created_at=now,
            expires_at=expires_at,
        )
        auditing.record(
            actor=actor,
            action="access.token:issue",
            target=f"access.token:{token.pk}",
            after={"user": owner.pk, "permissions": wanted, "networks": inside, "expires_at": expires_at.isoformat()},
        )
    return token, plain


def _require_verified_session(actor: Actor, owner: User) -> None:
    needs = is_required(owner, clock.now()) or SecondFactor.objects.filter(user=owner, confirmed_at__isnull=False)
    if needs and not SessionRecord.objects.filter(session_key=actor.session_key or "-", verified_at__isnull=False):
        raise Denied(_("签发令牌前须在本次登录中验证动态口令，请重新登录后再签发。"), code="second_factor_needed")


def revoke_token(*, actor: Actor, token: ApiToken) -> None:
    """End a token at once: one's own, or another's with the right to manage it."""
    if token.user_id != actor.user_id or not actor.is_signed_in:
        authorise(actor, permissions.TOKEN_MANAGE, node_id=token.user.home_node_id)
        require_mastery(actor, token.user)
    with transaction.atomic():
        locked = ApiToken.objects.select_for_update().get(pk=token.pk)
        if locked.revoked_at is not None:
            return
        locked.revoked_at = token.revoked_at = clock.now()
        locked.save(update_fields=["revoked_at"])
        auditing.record(
            actor=actor,
            action="access.token:revoke",
            target=f"access.token:{token.pk}",
            after={"user": token.user_id},
        )


def actor_of_token(plain: str, *, ip: str = "") -> Actor:
    """Who acts with that token; raises ``NotSignedIn`` when it is unknown, expired or revoked."""
    now = clock.now()
    token = ApiToken.objects.select_related("user").filter(digest=_digest(plain)).first()
    if token is None or token.revoked_at is not None or token.expires_at <= now or not token.user.is_active:
        raise NotSignedIn(_("令牌无效、已过期或已吊销。"), code="bad_token")
    if token.networks and not in_networks(ip, tuple(token.networks)):
        raise NotSignedIn(_("令牌不能在这个网络地址使用。"), code="wrong_network")
    if token.last_used_at is None or now - token.last_used_at >= _USED_EVERY or token.last_used_ip != ip:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now, last_used_ip=ip)
    return Actor(
        kind=ActorKind.TOKEN,
        label=token.user.username,
        user_id=token.user_id,
        token_id=token.pk,
        permissions=frozenset(token.permissions),
        ip=ip,
    )


def _digest(plain: str) -> str:
    """Random tokens need no slow hash: there is nothing to guess."""
    return hashlib.sha256(plain.encode()).hexdigest()
