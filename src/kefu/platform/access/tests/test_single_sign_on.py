"""Single sign-on against a real provider on this machine: what fits opens, whatever does not changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from kefu.kernel.errors import Denied, InvalidInput
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access import permissions as p
from kefu.platform.access.adapters import oidc
from kefu.platform.access.models import Assignment, ExternalIdentity, IdentityProvider, Role, SessionRecord, User
from kefu.platform.access.services import single_sign_on
from kefu.platform.access.tests import factories
from kefu.platform.access.tests.provider import CLIENT_ID, SECRET, Provider, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> Iterator[Provider]:
    oidc.forget()
    with running() as started:
        yield started
    oidc.forget()


def configure(provider: Provider, **changes: object) -> IdentityProvider:
    values: dict[str, object] = {
        "code": "corp",
        "name": "集团账号",
        "issuer": provider.issuer,
        "client_id": CLIENT_ID,
        "scopes": "openid profile",
        "is_active": True,
        "may_create": False,
        "username_claim": "preferred_username",
        "default_role": None,
        "role_claim": "",
        "role_map": {},
        **changes,
    }
    return single_sign_on.save_provider(actor=factories.SYSTEM, provider=None, values=values, secret=SECRET)


def known(row: IdentityProvider, subject: str = "subject-1") -> User:
    user = factories.make_user("K1001")
    ExternalIdentity.objects.create(provider=row, subject=subject, user=user, linked_at=user.created_at)
    return user


def go(client: Client, provider: Provider) -> dict[str, str]:
    """Start an attempt and sign in at the provider; what it sends the browser back with."""
    answer = client.get(reverse("access:oidc", args=["corp"]), {"next": "/account/"})
    assert answer.status_code == 302
    return provider.authorise(answer.headers["Location"])


def back(client: Client, answer: dict[str, str]) -> int:
    return client.get(reverse("access:oidc_back", args=["corp"]), answer).status_code


def is_in(client: Client) -> bool:
    return client.get(reverse("access:account")).status_code == 200


def test_a_known_subject_opens_its_account(client: Client, provider: Provider) -> None:
    user = known(configure(provider))
    page = client.get(reverse("access:sign_in"))
    assert "用 集团账号 登录" in page.text
    answer = client.get(reverse("access:oidc_back", args=["corp"]), go(client, provider))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/")
    assert is_in(client)
    assert SessionRecord.objects.get().user_id == user.pk


@pytest.mark.parametrize(
    "fault",
    [
        "wrong issuer",
        "wrong audience",
        "audience of many",
        "expired token",
        "token of tomorrow",
        "wrong nonce",
        "no subject",
        "alg none",
        "shared secret",
        "unknown key",
        "forged key",
    ],
)
def test_a_token_that_is_not_right_opens_nothing(client: Client, provider: Provider, fault: str) -> None:
    known(configure(provider))
    answer = go(client, provider)
    provider.fault = fault
    assert back(client, answer) == 422
    assert not is_in(client)
    assert (SessionRecord.objects.count(), User.objects.count()) == (0, 1)


def test_a_replayed_answer_opens_nothing(client: Client, provider: Provider) -> None:
    known(configure(provider))
    answer = go(client, provider)
    assert back(client, answer) == 302
    client.post(reverse("access:sign_out"))
    provider.fault = "replay"
    assert back(client, answer) == 422
    assert back(Client(), answer) == 422
    assert not is_in(client)


def test_an_answer_belongs_to_the_session_that_asked(client: Client, provider: Provider) -> None:
    known(configure(provider))
    answer = go(client, provider)
    victim = Client()
    assert back(victim, answer) == 422
    assert back(client, {**answer, "state": "x"}) == 422
    assert back(client, answer) == 422
    assert back(client, {**go(client, provider), "iss": "https://elsewhere.example"}) == 422
    assert not is_in(client)
    assert not is_in(victim)


def test_a_code_given_to_another_attempt_is_refused(client: Client, provider: Provider) -> None:
    known(configure(provider))
    stolen = go(Client(), provider)["code"]
    assert back(client, {**go(client, provider), "code": stolen}) == 422
    assert not is_in(client)


def test_new_keys_of_the_provider_are_found(
    client: Client, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(configure(provider))
    monkeypatch.setattr(oidc, "_REFETCH_SECONDS", 0.0)
    assert back(client, go(client, provider)) == 302
    provider.rotate()
    assert back(Client(), go(other := Client(), provider)) == 422
    assert back(other, go(other, provider)) == 302
    assert provider.hits.count("/keys") == 2


def test_forged_tokens_do_not_make_us_ask_without_end(client: Client, provider: Provider) -> None:
    known(configure(provider))
    provider.fault = "unknown key"
    for _try in range(4):
        assert back(client, go(client, provider)) == 422
    assert provider.hits.count("/keys") == 1


def test_a_provider_that_names_another_issuer_is_not_believed(client: Client, provider: Provider) -> None:
    known(configure(provider))
    provider.fault = "foreign discovery"
    assert client.get(reverse("access:oidc", args=["corp"])).status_code == 422


def test_a_subject_without_an_account_is_refused_unless_accounts_may_be_made(
    client: Client, provider: Provider
) -> None:
    row = configure(provider)
    assert back(client, go(client, provider)) == 403
    assert User.objects.count() == 0
    IdentityProvider.objects.filter(pk=row.pk).update(
        may_create=True,
        default_role=Role.objects.get(code="agent"),
        role_claim="groups",
        role_map={"leaders": "leader"},
    )
    provider.claims["groups"] = ["staff", "leaders"]
    assert back(client, go(client, provider)) == 302
    user = User.objects.get(username="zhang.wei")
    assert (user.display_name, user.has_usable_password()) == ("张伟", False)
    assert list(Assignment.objects.filter(user=user).values_list("role__code", flat=True)) == ["leader"]
    provider.claims.update(sub="subject-2", preferred_username="li.na", groups=["staff"])
    assert back(Client(), go(client, provider)) == 422
    assert back(client, go(client, provider)) == 302
    assert Assignment.objects.get(user__username="li.na").role.code == "agent"


def test_a_name_alone_never_finds_an_account(client: Client, provider: Provider) -> None:
    configure(provider, may_create=True)
    factories.make_user("Zhang.Wei")
    assert back(client, go(client, provider)) == 403
    assert (User.objects.count(), ExternalIdentity.objects.count()) == (1, 0)


def test_a_closed_account_stays_closed(client: Client, provider: Provider) -> None:
    user = known(configure(provider))
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert back(client, go(client, provider)) == 403
    assert not SessionRecord.objects.exists()


def test_linking_ones_own_account(client: Client, provider: Provider) -> None:
    configure(provider)
    user = factories.make_user("K1002", password=make_password("correct horse 42"))
    client.force_login(user)
    page = client.post(reverse("access:link_identity", args=["corp"]))
    url = page.text.split('content="0; url=')[1].split('"')[0].replace("&amp;", "&")
    assert back(client, provider.authorise(url)) == 302
    identity = ExternalIdentity.objects.get()
    assert (identity.user_id, identity.subject) == (user.pk, "subject-1")
    stranger = Client()
    stranger.force_login(factories.make_user("other"))
    stranger.get(reverse("access:account"))
    assert stranger.post(reverse("access:unlink_identity", args=[identity.pk])).status_code == 404
    assert client.post(reverse("access:unlink_identity", args=[identity.pk])).status_code == 302
    assert not ExternalIdentity.objects.exists()


def test_whoever_has_no_password_keeps_the_link(provider: Provider) -> None:
    user = known(configure(provider))
    identity = ExternalIdentity.objects.get()
    User.objects.filter(pk=user.pk).update(password=make_password(None))
    identity.user.refresh_from_db()
    with pytest.raises(Denied):
        single_sign_on.unlink(actor=user.as_actor(), identity=identity)


def test_leaving_ends_the_session_there_too(client: Client, provider: Provider) -> None:
    known(configure(provider))
    back(client, go(client, provider))
    page = client.post(reverse("access:sign_out"))
    assert f"{provider.issuer}/leave?client_id=kefu" in page.text
    assert not is_in(client)


def test_only_those_who_may_configure_and_no_more_than_they_hold(client: Client, provider: Provider) -> None:
    row = configure(provider)
    assert SECRET.encode() not in bytes(row.sealed_secret or b"")
    actor = factories.make_actor({p.PROVIDER_MANAGE: ScopeLevel.ALL})
    values = {"code": "x", "name": "x", "issuer": "https://id.example", "client_id": "x", "role_map": {"a": "admin"}}
    with pytest.raises(Denied):
        single_sign_on.save_provider(actor=actor, provider=None, values=values)
    for issuer in ("http://id.example", "file:///etc/passwd", "https://"):
        with pytest.raises(InvalidInput):
            single_sign_on.save_provider(actor=actor, provider=None, values={**values, "issuer": issuer})
    with pytest.raises(Denied):
        single_sign_on.save_provider(actor=factories.make_actor(), provider=None, values=values)
    assert IdentityProvider.objects.count() == 1


def test_the_page_of_a_provider(client: Client, provider: Provider) -> None:
    row = configure(provider)
    admin = factories.make_user("root")
    factories.give(admin, Role.objects.get(code="admin"))
    client.force_login(admin)
    page = client.get(reverse("access:provider", args=[row.pk]))
    assert ("/sign-in/with/corp/back/" in page.text, SECRET in page.text) == (True, False)
    body = {
        "code": "corp",
        "name": "新名称",
        "issuer": provider.issuer,
        "client_id": CLIENT_ID,
        "scopes": "profile",
        "username_claim": "email",
        "role_map": "a = agent",
    }
    assert client.post(reverse("access:provider", args=[row.pk]), {**body, "role_map": "a"}).status_code == 422
    assert client.post(reverse("access:provider", args=[row.pk]), body).status_code == 302
    kept = IdentityProvider.objects.get()
    assert (kept.name, kept.scopes, kept.role_map, bytes(kept.sealed_secret or b"")) == (
        "新名称",
        "openid profile",
        {"a": "agent"},
        bytes(row.sealed_secret or b""),
    )
