"""Signing in: nobody guesses their way in, nobody is locked out for ever, nobody is led astray."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from kefu.platform.access import rules, services
from kefu.platform.access.models import LoginThrottle, SessionRecord, User
from kefu.platform.access.tests import factories
from kefu.platform.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
GOOD = "correct horse 42"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def cheap_hash(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    from kefu.platform.access.services import signing_in

    signing_in._DUMMY.clear()


@pytest.fixture
def user() -> User:
    return factories.make_user("K1001", password=make_password(GOOD))


def attempt(client: Client, password: str, *, name: str = "K1001", ip: str = "10.0.0.1", next: str = "") -> int:
    response = client.post(
        reverse("access:sign_in"), {"username": name, "password": password, "next": next}, REMOTE_ADDR=ip
    )
    return response.status_code


def test_the_right_password_opens(client: Client, user: User) -> None:
    assert attempt(client, GOOD, name=" k1001 ") == 302
    page = client.get(reverse("access:account"))
    assert page.status_code == 200
    record = SessionRecord.objects.get()
    assert (record.user_id, record.ip, record.ended_at) == (user.pk, "127.0.0.1", None)
    assert AuditEntry.objects.get().action == "access.session:sign_in"


def test_wrong_name_and_wrong_password_get_the_same_words(client: Client, user: User) -> None:
    def words(name: str) -> str:
        page = client.post(reverse("access:sign_in"), {"username": name, "password": "wrong"})
        assert page.status_code == 422
        return page.text.split('role="alert"')[1].split("</div>")[0]

    assert words("K1001") == words("nobody")
    User.objects.update(is_active=False)
    assert words("K1001") == words("nobody")


def test_an_unknown_name_costs_a_hash_too(user: User, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from kefu.platform.access.services import signing_in

    checked: list[str] = []
    monkeypatch.setattr(signing_in, "check_password", lambda plain, stored: bool(checked.append(stored)))
    attempt(client, "wrong")
    attempt(client, "wrong", name="nobody")
    assert len(checked) == 2
    assert checked[1] == signing_in._dummy_password()


def test_a_hundred_wrong_passwords_never_get_in(client: Client, user: User) -> None:
    with time_machine.travel(NOW, tick=False):
        statuses = [attempt(client, f"wrong {n}") for n in range(100)]
        assert set(statuses) == {422, 429}
        # After the free ones the password is not even looked at: not even the right one opens.
        assert statuses.count(422) == rules.FREE_FAILURES + 1
        assert attempt(client, GOOD) == 429
    assert not SessionRecord.objects.exists()
    assert "_auth_user_id" not in client.session


def test_the_wait_grows_and_ends(client: Client, user: User) -> None:
    at = NOW
    waits = []
    for _round in range(12):
        with time_machine.travel(at, tick=False):
            while attempt(client, "wrong") != 429:
                pass
            row = LoginThrottle.objects.filter(key__startswith="both:").get()
            assert row.locked_until is not None
            waits.append(int((row.locked_until - at).total_seconds()))
            at = row.locked_until + timedelta(seconds=1)
    assert waits[:4] == [30, 60, 120, 240]
    assert waits[-1] == 3600
    with time_machine.travel(at, tick=False):
        assert attempt(client, GOOD) == 302


def test_strangers_cannot_lock_somebody_out_of_a_known_place(client: Client, user: User) -> None:
    with time_machine.travel(NOW, tick=False):
        assert attempt(client, GOOD, ip="10.0.0.1") == 302
        for n in range(60):
            attempt(Client(), "wrong", ip=f"203.0.113.{n}")
        assert attempt(Client(), "wrong", ip="198.51.100.7") == 429
        assert attempt(Client(), GOOD, ip="10.0.0.1") == 302


def test_one_address_cannot_try_all_names(client: Client, user: User) -> None:
    with time_machine.travel(NOW, tick=False):
        for n in range(80):
            status = attempt(client, "wrong", name=f"name{n}", ip="203.0.113.5")
        assert status == 429
        assert attempt(client, GOOD, ip="203.0.113.6") == 302


def test_addresses_of_one_ipv6_network_count_together(client: Client, user: User) -> None:
    with time_machine.travel(NOW, tick=False):
        statuses = [attempt(client, "wrong", ip=f"2001:db8::{n:x}") for n in range(1, 9)]
    assert statuses[-1] == 429


def test_signing_in_starts_a_fresh_session_key(client: Client, user: User) -> None:
    session = client.session
    session["seen"] = 1
    session.save()
    before = session.session_key
    attempt(client, GOOD)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("next_url", "expected"),
    [
        ("/account/?a=1", "/account/?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("account/", "/"),
        ("", "/"),
    ],
)
def test_the_redirect_stays_at_home(client: Client, user: User, next_url: str, expected: str) -> None:
    response = client.post(
        reverse("access:sign_in"), {"username": "K1001", "password": GOOD, "next": next_url}, REMOTE_ADDR="10.0.0.1"
    )
    assert response.headers["Location"] == expected


def test_a_page_leads_to_sign_in_and_back(client: Client) -> None:
    response = client.get(reverse("access:sessions") + "?view=ended")
    assert response.status_code == 302
    assert response.headers["Location"] == "/sign-in/?next=%2Faccount%2Fsessions%2F%3Fview%3Dended"
    assert client.post(reverse("access:revoke_others")).status_code == 401


def test_signing_out_ends_the_session_and_needs_post(client: Client, user: User) -> None:
    attempt(client, GOOD)
    assert client.get(reverse("access:sign_out")).status_code == 405
    assert client.post(reverse("access:sign_out")).status_code == 302
    assert client.get(reverse("access:account")).status_code == 302
    assert SessionRecord.objects.get().end_reason == "signed_out"


def test_signing_in_needs_the_csrf_token(user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("access:sign_in"), {"username": "K1001", "password": GOOD}).status_code == 403
    assert not SessionRecord.objects.exists()


def test_a_revoked_session_opens_nothing(client: Client, user: User) -> None:
    attempt(client, GOOD)
    other = Client()
    attempt(other, GOOD)
    mine = SessionRecord.objects.get(session_key=client.session.session_key)
    services.revoke_session(actor=user.as_actor(), record=mine)
    assert client.get(reverse("access:account")).status_code == 302
    assert other.get(reverse("access:account")).status_code == 200


def test_even_a_restored_session_row_stays_revoked(client: Client, user: User) -> None:
    attempt(client, GOOD)
    SessionRecord.objects.update(ended_at=NOW, end_reason="revoked")
    assert client.get(reverse("access:account")).status_code == 302


def test_a_closed_account_is_out_at_once(client: Client, user: User) -> None:
    attempt(client, GOOD)
    services.set_user_active(actor=factories.SYSTEM, user=user, is_active=False)
    assert client.get(reverse("access:account")).status_code == 302
    assert attempt(client, GOOD) == 422


def test_whoever_must_change_the_password_does_nothing_else(client: Client, user: User) -> None:
    User.objects.update(must_change_password=True)
    attempt(client, GOOD)
    assert client.get(reverse("access:account")).headers["Location"] == reverse("access:password")
    assert client.post(reverse("access:revoke_others")).status_code == 302
    url = reverse("access:password")
    wrong = client.post(url, {"old": "nope", "password": "new horse 4242", "again": "new horse 4242"})
    assert (wrong.status_code, "当前密码不正确" in wrong.text) == (422, True)
    unequal = client.post(url, {"old": GOOD, "password": "new horse 4242", "again": "other horse 4242"})
    assert unequal.status_code == 422
    weak = client.post(url, {"old": GOOD, "password": "K1001abc", "again": "K1001abc"})
    assert "密码至少要 10 个字符" in weak.text
    done = client.post(url, {"old": GOOD, "password": "new horse 4242", "again": "new horse 4242"})
    assert done.status_code == 302
    assert client.get(reverse("access:account")).status_code == 200


def test_a_new_password_ends_the_other_sessions(client: Client, user: User) -> None:
    attempt(client, GOOD)
    other = Client()
    attempt(other, GOOD)
    body = {"old": GOOD, "password": "new horse 4242", "again": "new horse 4242"}
    assert client.post(reverse("access:password"), body).status_code == 302
    assert client.get(reverse("access:account")).status_code == 200
    assert other.get(reverse("access:account")).status_code == 302


def test_forwarded_addresses_count_behind_known_proxies_only(client: Client, user: User, settings: object) -> None:
    forwarded = {"X-Forwarded-For": "198.51.100.9, 203.0.113.77"}
    settings.TRUSTED_PROXIES = []  # type: ignore[attr-defined]
    body = {"username": "K1001", "password": GOOD}
    client.post(reverse("access:sign_in"), body, headers=forwarded, REMOTE_ADDR="10.0.0.1")
    settings.TRUSTED_PROXIES = ["10.0.0.0/24"]  # type: ignore[attr-defined]
    Client().post(reverse("access:sign_in"), body, headers=forwarded, REMOTE_ADDR="10.0.0.1")
    assert list(SessionRecord.objects.order_by("id").values_list("ip", flat=True)) == ["10.0.0.1", "203.0.113.77"]
