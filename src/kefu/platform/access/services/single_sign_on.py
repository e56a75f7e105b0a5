"""Single sign-on: an attempt begins and ends in one session, the provider's subject finds the account."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import Conflict, Denied, InvalidInput
from kefu.platform.access import permissions, ports
from kefu.platform.access.adapters import oidc
from kefu.platform.access.models import ExternalIdentity, IdentityProvider, Role, User
from kefu.platform.access.services.authorising import authorise, require_role_holdable
from kefu.platform.access.services.roles import assign_role
from kefu.platform.access.services.signing_in import enter, require_network
from kefu.platform.access.services.users import create_user

_ATTEMPT = "access.oidc"
_SIGNED_IN_VIA = "access.via"
_LIFETIME_SECONDS = 600
_SYSTEM_CAUSE = "access.single_sign_on"


def begin(*, request: HttpRequest, provider: IdentityProvider, redirect_uri: str, next_path: str, link: bool) -> str:
    """Start an attempt in this session; returns the provider's address to go to.

    With ``link`` the identity will be tied to whoever is signed in now.
    """
    state, nonce, verifier = (secrets.token_urlsafe(32) for _each in range(3))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    url = oidc.authorization_url(
        provider.issuer,
        client_id=provider.client_id,
        redirect_uri=redirect_uri,
        scopes=provider.scopes,
        state=state,
        nonce=nonce,
        challenge=challenge,
    )
    actor = getattr(request, "actor", None)
    request.session[_ATTEMPT] = {
        "provider": provider.pk,
        "state": state,
        "nonce": nonce,
        "verifier": verifier,
        "redirect_uri": redirect_uri,
        "next": next_path,
        "link_to": actor.user_id if link and isinstance(actor, Actor) else None,
        "until": clock.now().timestamp() + _LIFETIME_SECONDS,
    }
    return url


def finish(*, request: HttpRequest, provider: IdentityProvider, answer: Mapping[str, str], ip: str) -> str:
    """End the attempt with what the provider sent back; returns where to go on.

    Raises ``InvalidInput`` or ``Denied`` when anything does not fit; the attempt is used up in any case.
    """
    attempt: dict[str, Any] = request.session.pop(_ATTEMPT, None) or {}
    fits = (
        attempt.get("provider") == provider.pk
        and hmac.compare_digest(str(attempt.get("state", "")), answer.get("state", ""))
        and clock.now().timestamp() < attempt.get("until", 0)
        and answer.get("iss", provider.issuer) == provider.issuer
    )
    if not fits:
        raise InvalidInput(_("登录步骤已失效，请重新开始。"), code="oidc_state")
    if answer.get("error") or not answer.get("code"):
        raise InvalidInput(_("身份提供方没有同意这次登录。"), code="oidc_refused")
    tokens = oidc.exchange(
        provider.issuer,
        code=answer["code"],
        verifier=attempt["verifier"],
        redirect_uri=attempt["redirect_uri"],
        client_id=provider.client_id,
        secret=ports.unseal(provider.sealed_secret, provider.seal_context) if provider.sealed_secret else "",
    )
    now = clock.now()
    claims = oidc.claims_of(
        provider.issuer, tokens["id_token"], client_id=provider.client_id, nonce=attempt["nonce"], now=now
    )
    if attempt["link_to"] is not None:
        _link(request, provider, claims["sub"], link_to=attempt["link_to"])
        return str(attempt["next"])
    with transaction.atomic():
        user = _account_of(provider, claims)
        require_network(user, ip=ip)
        ExternalIdentity.objects.filter(provider=provider, user=user).update(last_used_at=now)
        enter(request=request, user=user, ip=ip, now=now, via=provider.code)
        request.session[_SIGNED_IN_VIA] = provider.pk
    return str(attempt["next"])


def leaving_address(request: HttpRequest) -> str:
    """Where the provider ends its own session, for a session that began there; empty where it offers none."""
    provider = IdentityProvider.objects.filter(pk=request.session.get(_SIGNED_IN_VIA, 0), is_active=True).first()
    if provider is None:
        return ""
    try:
        address = oidc.endpoints_of(provider.issuer).end_session
        if address:
            oidc.require_safe_address(address)
    except Exception:
        # Leaving must always work, whatever has become of the provider.
        return ""
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}client_id={provider.client_id}" if address else ""


def unlink(*, actor: Actor, identity: ExternalIdentity) -> None:
    """Take one's own link away, or, with the right to manage accounts, somebody else's."""
    if actor.user_id != identity.user_id or actor.kind is ActorKind.TOKEN:
        authorise(actor, permissions.USER_MANAGE, node_id=identity.user.home_node_id)
    elif not identity.user.has_usable_password():
        raise Denied(_("您只能通过单点登录进入，解除后将无法登录。请先让管理员设置密码。"))
    with transaction.atomic():
        auditing.record(
            actor=actor,
            action="access.identity:unlink",
            target=f"access.user:{identity.user_id}",
            before={"provider": identity.provider.code, "subject": auditing.digest(identity.subject)},
            node_id=identity.user.home_node_id,
        )
        identity.delete()


def save_provider(
    *, actor: Actor, provider: IdentityProvider | None, values: Mapping[str, Any], secret: str | None = None
) -> IdentityProvider:
    """Add or change a provider; a secret of ``None`` stays as it is. The roles it gives the actor must hold.

    Raises ``InvalidInput`` for an address that is not TLS, a taken code or a role that does not exist.
    """
    authorise(actor, permissions.PROVIDER_MANAGE)
    oidc.require_safe_address(values["issuer"])
    _require_roles(actor, values)
    with transaction.atomic():
        row = IdentityProvider.objects.select_for_update().get(pk=provider.pk) if provider else IdentityProvider()
        before = _shown(row) if provider else None
        for name, value in values.items():
            setattr(row, name, value)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise InvalidInput(_("编码“%(code)s”已被使用。") % {"code": row.code}, field="code") from error
        if secret is not None:
            row.sealed_secret = ports.seal(secret, row.seal_context) if secret else None
            row.save(update_fields=["sealed_secret"])
        auditing.record(
            actor=actor,
            action="access.provider:change" if provider else "access.provider:create",
            target=f"access.provider:{row.pk}",
            before=before,
            after={**_shown(row), "secret_changed": secret is not None},
        )
    oidc.forget()
    return row


def _require_roles(actor: Actor, values: Mapping[str, Any]) -> None:
    """The roles named must exist, and an actor hands out through a provider no more than by hand."""
    codes = {str(code) for code in dict(values.get("role_map") or {}).values()}
    if values.get("default_role") is not None:
        codes.add(values["default_role"].code)
    roles = {role.code: role for role in Role.objects.filter(code__in=codes)}
    missing = sorted(codes - set(roles))
    if missing:
        raise InvalidInput(_("没有这个角色：%(code)s。") % {"code": missing[0]}, field="role_map")
    nobody = User(pk=0)
    for role in roles.values():
        require_role_holdable(actor, role_id=role.pk, user=nobody, node_id=None)


def _shown(row: IdentityProvider) -> dict[str, Any]:
    return {
        "code": row.code,
        "issuer": row.issuer,
        "client_id": row.client_id,
        "is_active": row.is_active,
        "may_create": row.may_create,
        "default_role": row.default_role.code if row.default_role else None,
        "role_map": row.role_map,
    }


def _link(request: HttpRequest, provider: IdentityProvider, subject: str, *, link_to: int) -> None:
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or actor.user_id != link_to:
        raise InvalidInput(_("登录步骤已失效，请重新开始。"), code="oidc_state")
    with transaction.atomic():
        try:
            with transaction.atomic():
                ExternalIdentity.objects.create(
                    provider=provider, subject=subject, user_id=link_to, linked_at=clock.now()
                )
        except IntegrityError as error:
            raise Conflict(_("这个外部身份已关联账号，或您已关联该提供方的另一身份。")) from error
        auditing.record(
            actor=actor,
            action="access.identity:link",
            target=f"access.user:{link_to}",
            after={"provider": provider.code, "subject": auditing.digest(subject)},
        )


def _account_of(provider: IdentityProvider, claims: Mapping[str, Any]) -> User:
    """The account of the subject, made now where the provider may do that. A name alone never finds an account."""
    known = ExternalIdentity.objects.select_related("user").filter(provider=provider, subject=claims["sub"]).first()
    if known is not None:
        if not known.user.is_active:
            raise Denied(_("账号已停用，请联系管理员。"), code="closed_account")
        return known.user
    if not provider.may_create:
        raise Denied(_("这个外部身份还没有关联账号。请先用密码登录，再在“我的账号”里关联。"), code="unknown_identity")
    system = Actor.system(f"{_SYSTEM_CAUSE}:{provider.code}")
    username = str(claims.get(provider.username_claim) or "")
    if User.objects.filter(username__iexact=username).exists():
        raise Denied(_("同名账号已存在。请先用密码登录，再在“我的账号”里关联。"), code="name_taken")
    name = str(claims.get("name") or username)[:64]
    user = create_user(actor=system, username=username, display_name=name, must_change_password=False)
    ExternalIdentity.objects.create(provider=provider, subject=claims["sub"], user=user, linked_at=clock.now())
    for role in _roles_for(provider, claims):
        assign_role(actor=system, user=user, role=role)
    return user


def _roles_for(provider: IdentityProvider, claims: Mapping[str, Any]) -> list[Role]:
    given = claims.get(provider.role_claim) if provider.role_claim else None
    values = given if isinstance(given, list) else [given]
    codes = {provider.role_map[str(value)] for value in values if str(value) in provider.role_map}
    roles = list(Role.objects.filter(code__in=codes))
    return roles or ([provider.default_role] if provider.default_role else [])
