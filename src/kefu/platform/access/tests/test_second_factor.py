"""The second factor: nothing opens before it, no code opens twice, and a lost phone has a way back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from kefu.kernel.errors import Denied, InvalidInput, RuleBroken, TooMany
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access import permissions as p
from kefu.platform.access import services
from kefu.platform.access.models import RecoveryCode, Role, SecondFactor, SessionRecord, User
from kefu.platform.access.services import second_factor
from kefu.platform.access.tests import factories
from kefu.platform.access.tests.test_services import everything
from kefu.platform.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
GOOD = "correct horse 42"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
STEP = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def cheap_hash(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def user() -> User:
    return factories.make_user("K1001", password=make_password(GOOD))


def bind(user: User, at: datetime = NOW) -> tuple[pyotp.TOTP, list[str]]:
    """An app bound at ``at``, with its recovery codes."""
    with time_machine.travel(at, tick=False):
        app = pyotp.TOTP(second_factor.begin_enrolment(user=user))
        return app, second_factor.confirm_enrolment(user=user, code=app.at(at), record=None)


def sign_in(client: Client) -> int:
    return client.post(reverse("access:sign_in"), {"username": "K1001", "password": GOOD}).status_code


def send(client: Client, code: str) -> int:
    return client.post(reverse("access:second_factor"), {"code": code}).status_code


def test_the_password_alone_opens_nothing(client: Client, user: User) -> None:
    app, _codes = bind(user)
    later = NOW + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        assert sign_in(client) == 302
        page = client.get(reverse("access:account"))
        assert page.url.startswith(reverse("access:second_factor"))  # type: ignore[attr-defined]
        assert client.get("/api/v1/access/me").status_code == 401
        assert client.post(reverse("access:account"), {"theme": "dark"}).status_code == 302
        assert User.objects.get(pk=user.pk).theme == ""
        assert send(client, "000000") == 422
        assert send(client, app.at(later)) == 302
        assert client.get(reverse("access:account")).status_code == 200
    record = SessionRecord.objects.get()
    assert (record.pending, record.verified_at) == ("", later)


def test_a_code_opens_once(client: Client, user: User) -> None:
    app, _codes = bind(user)
    later = NOW + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        code = app.at(later)
        sign_in(client)
        assert send(client, code) == 302
        thief = Client()
        sign_in(thief)
        assert send(thief, code) == 422
        assert send(thief, app.at(later - STEP)) == 422
        assert thief.get(reverse("access:account")).status_code == 302
        assert send(thief, app.at(later + STEP)) == 302


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_of_another_time_is_refused(user: User, steps: int) -> None:
    app, _codes = bind(user)
    later = NOW + timedelta(hours=1)
    with time_machine.travel(later, tick=False), pytest.raises(InvalidInput):
        second_factor.verify(user=user, code=app.at(later + steps * STEP), record=None)


def test_the_code_of_the_enrolment_is_used_up(user: User) -> None:
    app, _codes = bind(user)
    with time_machine.travel(NOW, tick=False), pytest.raises(InvalidInput):
        second_factor.verify(user=user, code=app.at(NOW), record=None)


def test_guessing_is_slowed_down(user: User) -> None:
    app, _codes = bind(user)
    later = NOW + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        for _try in range(5):
            with pytest.raises(InvalidInput):
                second_factor.verify(user=user, code="000000", record=None)
        with pytest.raises(TooMany):
            second_factor.verify(user=user, code=app.at(later), record=None)


def test_a_recovery_code_opens_once(client: Client, user: User) -> None:
    _app, codes = bind(user)
    assert len(set(codes)) == 10
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        sign_in(client)
        assert send(client, codes[3].upper()) == 302
        other = Client()
        sign_in(other)
        assert send(other, codes[3]) == 422
        assert send(other, codes[4]) == 302
    assert RecoveryCode.objects.filter(user=user, used_at__isnull=False).count() == 2


def test_secrets_are_not_kept_in_the_clear(user: User) -> None:
    app, codes = bind(user)
    assert app.secret.encode() not in bytes(SecondFactor.objects.get().sealed_secret)
    stored = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert not stored & set(codes)


def test_a_role_makes_one_bind_an_app_first(client: Client, user: User) -> None:
    role = factories.make_role({p.USER_VIEW: ScopeLevel.ALL})
    services.set_role_protection(actor=factories.SYSTEM, role=role, requires_second_factor=True)
    factories.give(user, role)
    with time_machine.travel(NOW, tick=False):
        sign_in(client)
        assert client.get(reverse("access:users")).status_code == 302
        page = client.get(reverse("access:second_factor"))
        secret = page.text.split('<code class="ui-mono">')[1].split("</code>")[0].replace(" ", "")
        bound = client.post(reverse("access:second_factor"), {"code": pyotp.TOTP(secret).at(NOW)})
        assert (bound.status_code, "no-store" in bound.headers["Cache-Control"]) == (200, True)
        assert bound.text.count("<li><code") == 10
        assert client.get(reverse("access:users")).status_code == 200
    with pytest.raises(RuleBroken):
        second_factor.remove(user=user, code="1", actor=user.as_actor())


def test_administrators_and_auditors_need_one_from_the_start() -> None:
    assert set(Role.objects.filter(requires_second_factor=True).values_list("code", flat=True)) == {"admin", "auditor"}


def test_resetting_a_lost_app_ends_the_sessions(client: Client, user: User) -> None:
    app, _codes = bind(user)
    later = NOW + timedelta(hours=1)
    admin = factories.make_actor({p.USER_MANAGE: ScopeLevel.ALL})
    weak = factories.make_actor({p.USER_VIEW: ScopeLevel.ALL})
    with time_machine.travel(later, tick=False):
        sign_in(client)
        send(client, app.at(later))
        before = everything()
        for actor in (weak, user.as_actor()):
            with pytest.raises(Denied):
                second_factor.reset(actor=actor, user=user)
        assert everything() == before
        second_factor.reset(actor=admin, user=user)
        assert client.get(reverse("access:account")).status_code == 302
    assert not SecondFactor.objects.exists()
    assert AuditEntry.objects.filter(action="access.second_factor:reset", target=f"access.user:{user.pk}").exists()


def test_nobody_resets_an_account_that_holds_more(user: User) -> None:
    bind(user)
    factories.give(user, factories.make_role({p.ROLE_MANAGE: ScopeLevel.ALL}))
    actor = factories.make_actor({p.USER_MANAGE: ScopeLevel.ALL})
    with pytest.raises(Denied):
        second_factor.reset(actor=actor, user=user)
    assert SecondFactor.objects.filter(user=user).exists()


def test_binding_and_unbinding_in_ones_account(client: Client, user: User) -> None:
    with time_machine.travel(NOW, tick=False):
        sign_in(client)
        page = client.get(reverse("access:own_second_factor"))
        secret = page.text.split('<code class="ui-mono">')[1].split("</code>")[0].replace(" ", "")
        app = pyotp.TOTP(secret)
        assert client.post(reverse("access:own_second_factor"), {"code": "123"}).status_code == 422
        assert client.post(reverse("access:own_second_factor"), {"code": app.at(NOW)}).status_code == 200
    later = NOW + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        body = {"code": app.at(later), "do": "remove"}
        assert client.post(reverse("access:own_second_factor"), body).status_code == 302
    assert not SecondFactor.objects.exists()


def test_a_session_that_waits_can_be_left(client: Client, user: User) -> None:
    bind(user)
    sign_in(client)
    assert client.post(reverse("access:sign_out")).status_code == 302
    assert SessionRecord.objects.get().end_reason == "signed_out"
    assert client.get(reverse("access:second_factor")).url == "/"  # type: ignore[attr-defined]
