"""OpenID Connect: discovery, code exchange, and what makes an ID token believable. I/O and checks, no accounts.

Follows OpenID Connect Core 1.0 §3.1.3.7 and RFC 9700: authorisation code with PKCE, exact issuer, audience, nonce,
asymmetric signatures only, keys fetched anew once when a token names an unknown one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from django.utils.translation import gettext as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kefu.kernel.errors import InvalidInput, Unavailable
from kefu.platform.access.rules import in_networks

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
SKEW_SECONDS = 120
_TIMEOUT = 6.0
_MOST_BYTES = 512 * 1024
_KEEP_SECONDS = 600.0
_REFETCH_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What a provider says of itself."""

    issuer: str
    authorization: str
    token: str
    jwks: str
    end_session: str
    basic_auth: bool


@dataclass(slots=True)
class _Kept:
    endpoints: Endpoints
    keys: KeySet | None = None
    read_at: float = 0.0
    keys_at: float = 0.0


_KEPT: dict[str, _Kept] = {}
_LOCK = threading.Lock()


def forget() -> None:
    """Read all providers anew from here on."""
    with _LOCK:
        _KEPT.clear()


def endpoints_of(issuer: str) -> Endpoints:
    """The addresses of the provider, from its discovery document (kept for ten minutes)."""
    return _known(issuer).endpoints


def authorization_url(
    issuer: str, *, client_id: str, redirect_uri: str, scopes: str, state: str, nonce: str, challenge: str
) -> str:
    """Where the browser goes to sign in."""
    query = urlencode(
        {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "scope": scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
    )
    address = endpoints_of(issuer).authorization
    return f"{address}{'&' if '?' in address else '?'}{query}"


def exchange(
    issuer: str, *, code: str, verifier: str, redirect_uri: str, client_id: str, secret: str
) -> Mapping[str, Any]:
    """The provider's answer to the code; raises ``InvalidInput`` when it refuses it."""
    points = endpoints_of(issuer)
    data = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    auth: tuple[str, str] | None = None
    if secret and points.basic_auth:
        auth = (client_id, secret)
    else:
        data["client_id"] = client_id
        if secret:
            data["client_secret"] = secret
    answer = _fetch("POST", points.token, data=data, auth=auth, refused_ok=True)
    if answer is None or not isinstance(answer.get("id_token"), str):
        raise _unbelievable("exchange")
    return answer


def claims_of(issuer: str, id_token: str, *, client_id: str, nonce: str, now: datetime) -> Mapping[str, Any]:
    """The claims of an ID token that was signed by this provider, for us, for this attempt, just now."""
    claims = _verified(issuer, id_token)
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    seconds = now.timestamp()
    expires, issued, not_before = (_number(claims.get(name)) for name in ("exp", "iat", "nbf"))
    faults = {
        "issuer": claims.get("iss") != issuer,
        "audience": client_id not in audiences or (len(audiences) > 1 and claims.get("azp") != client_id),
        "party": claims.get("azp", client_id) != client_id,
        "expired": expires is None or expires + SKEW_SECONDS <= seconds,
        "issued": issued is None or issued - SKEW_SECONDS > seconds,
        "early": not_before is not None and not_before - SKEW_SECONDS > seconds,
        "nonce": not nonce or claims.get("nonce") != nonce,
        "subject": not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= 255,
    }
    wrong = [name for name, is_wrong in faults.items() if is_wrong]
    if wrong:
        raise _unbelievable(wrong[0])
    return claims


def _verified(issuer: str, id_token: str) -> Mapping[str, Any]:
    for fresh in (False, True):
        try:
            return dict(jwt.decode(id_token, _keys(issuer, fresh=fresh), algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError) as error:
            # A key that is not known may be new: providers change theirs. Anything else stays wrong.
            if fresh:
                raise _unbelievable("signature") from error
    raise AssertionError("unreachable")


def _known(issuer: str) -> _Kept:
    with _LOCK:
        kept = _KEPT.get(issuer)
    if kept is not None and time.monotonic() - kept.read_at < _KEEP_SECONDS:
        return kept
    document = _fetch("GET", issuer.rstrip("/") + "/.well-known/openid-configuration")
    assert document is not None
    if document.get("issuer") != issuer:
        raise _unbelievable("issuer")
    addresses = {name: str(document.get(name, "")) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    for address in addresses.values():
        require_safe_address(address)
    methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    kept = _Kept(
        Endpoints(
            issuer=issuer,
            authorization=addresses["authorization_endpoint"],
            token=addresses["token_endpoint"],
            jwks=addresses["jwks_uri"],
            end_session=str(document.get("end_session_endpoint", "")),
            basic_auth="client_secret_basic" in methods,
        ),
        read_at=time.monotonic(),
    )
    with _LOCK:
        _KEPT[issuer] = kept
    return kept


def _keys(issuer: str, *, fresh: bool) -> KeySet:
    kept = _known(issuer)
    age = time.monotonic() - kept.keys_at
    # Forged tokens that name unknown keys must not make us ask the provider without end.
    if kept.keys is None or age > _KEEP_SECONDS or (fresh and age > _REFETCH_SECONDS):
        document = _fetch("GET", kept.endpoints.jwks)
        assert document is not None
        try:
            kept.keys = KeySet.import_key_set(document)  # type: ignore[arg-type]
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise _unbelievable("keys") from error
        kept.keys_at = time.monotonic()
    return kept.keys


def require_safe_address(address: str) -> None:
    """Raise ``InvalidInput`` for an address that is not TLS; plain HTTP is for a provider on this machine only."""
    parts = urlsplit(address)
    local = parts.hostname == "localhost" or in_networks(parts.hostname or "", ("127.0.0.0/8", "::1"))
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise InvalidInput(_("地址须以 https:// 开头。"), field="issuer", code="unsafe_address")


def _fetch(
    method: str,
    url: str,
    *,
    data: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    refused_ok: bool = False,
) -> Mapping[str, Any] | None:
    """The JSON object at that address; ``None`` for a refusal (4xx) where that is an answer."""
    require_safe_address(url)
    try:
        with (
            httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False) as client,
            client.stream(method, url, data=data, auth=auth, headers={"Accept": "application/json"}) as answer,
        ):
            body = b""
            for part in answer.iter_bytes():
                body += part
                if len(body) > _MOST_BYTES:
                    raise Unavailable(_("身份提供方没有正常回应，请稍后再试。"))
            if refused_ok and 400 <= answer.status_code < 500:
                return None
            answer.raise_for_status()
            found = httpx.Response(200, content=body).json()
    except (httpx.HTTPError, ValueError) as error:
        raise Unavailable(_("身份提供方没有正常回应，请稍后再试。")) from error
    if not isinstance(found, dict):
        raise Unavailable(_("身份提供方没有正常回应，请稍后再试。"))
    return found


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _unbelievable(why: str) -> InvalidInput:
    return InvalidInput(_("单点登录没有通过验证，请重新登录；若反复出现，请联系管理员。"), code=f"oidc_{why}")
