"""The policy of the centre: passwords that return, age, seats that lock, roles bound to networks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access import permissions as p
from kefu.platform.access import ports, queries, services
from kefu.platform.access.models import Role, SessionRecord, User
from kefu.platform.access.tests import factories
from kefu.platform.audit.models import AuditEntry
from kefu.platform.params.services import change

pytestmark = pytest.mark.django_db
GOOD = "correct horse 42"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
INSIDE, OUTSIDE = "10.8.3.4", "203.0.113.9"


@pytest.fixture(autouse=True)
def cheap_hash(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def user() -> User:
    return factories.make_user("K1001", password=make_password(GOOD))


def put(item: ports.Policy, number: int) -> None:
    change(actor=factories.SYSTEM, code=item.code, value=number)


def sign_in(client: Client, *, ip: str = INSIDE) -> int:
    body = {"username": "K1001", "password": GOOD}
    return client.post(reverse("access:sign_in"), body, REMOTE_ADDR=ip).status_code


def test_the_last_passwords_do_not_come_back(user: User) -> None:
    put(ports.PASSWORD_HISTORY, 2)
    words = ["battery staple 1", "battery staple 2", "battery staple 3"]
    services.set_password(actor=factories.SYSTEM, user=user, password=words[0])
    services.set_password(actor=factories.SYSTEM, user=user, password=words[1])
    for used in (GOOD, words[0], words[1]):
        before = User.objects.get(pk=user.pk).password
        with pytest.raises(InvalidInput) as refused:
            services.set_password(actor=factories.SYSTEM, user=user, password=used)
        assert refused.value.code == "used_password"
        assert User.objects.get(pk=user.pk).password == before
    services.set_password(actor=factories.SYSTEM, user=user, password=words[2])
    services.set_password(actor=factories.SYSTEM, user=user, password=GOOD)


def test_the_shortest_password_is_the_centres_choice(user: User) -> None:
    put(ports.PASSWORD_MINIMUM, 14)
    with pytest.raises(InvalidInput):
        services.set_password(actor=factories.SYSTEM, user=user, password="battery 17 st")
    services.set_password(actor=factories.SYSTEM, user=user, password="battery 17 sta")


def test_an_old_password_must_be_changed(client: Client, user: User) -> None:
    with time_machine.travel(NOW - timedelta(days=1), tick=False):
        put(ports.PASSWORD_MAX_DAYS, 90)
    User.objects.filter(pk=user.pk).update(password_changed_at=NOW - timedelta(days=91))
    with time_machine.travel(NOW, tick=False):
        sign_in(client)
        assert client.get(reverse("access:account")).url == reverse("access:password")  # type: ignore[attr-defined]


def test_a_locked_seat_opens_nothing_until_its_password(client: Client, user: User) -> None:
    put(ports.IDLE_LOCK_MINUTES, 10)
    sign_in(client)
    page = client.get(reverse("access:account"))
    assert 'data-after="600"' in page.text
    assert client.post(reverse("access:lock"), headers={"Accept": "application/json"}).status_code == 204
    assert client.get(reverse("access:account")).url.startswith(reverse("access:locked"))  # type: ignore[attr-defined]
    assert client.get("/api/v1/access/me").status_code == 401
    wrong = client.post(reverse("access:locked"), {"secret": "x"}, headers={"Accept": "application/json"})
    assert (wrong.status_code, wrong.json()) == (422, {"message": "密码不正确。"})
    assert client.get(reverse("access:account")).status_code == 302
    assert client.post(reverse("access:locked"), {"secret": GOOD, "next": "/account/"}).status_code == 302
    assert client.get(reverse("access:account")).status_code == 200


def test_a_seat_left_alone_locks_by_itself(client: Client, user: User) -> None:
    with time_machine.travel(NOW - timedelta(days=1), tick=False):
        put(ports.IDLE_LOCK_MINUTES, 10)
    with time_machine.travel(NOW, tick=False):
        sign_in(client)
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        assert client.get(reverse("access:account")).status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=21), tick=False):
        assert client.get(reverse("access:account")).status_code == 302
    assert SessionRecord.objects.get().locked_at is not None


def test_a_role_counts_in_its_networks_only(client: Client, user: User) -> None:
    role = factories.make_role({p.USER_VIEW: ScopeLevel.ALL})
    factories.give(user, role)
    sign_in(client)
    services.set_role_protection(
        actor=factories.SYSTEM, role=role, requires_second_factor=False, networks=["10.8.0.0/16"]
    )
    answers = [client.get(reverse("access:users"), REMOTE_ADDR=ip).status_code for ip in (INSIDE, OUTSIDE, INSIDE)]
    assert answers == [200, 403, 200]
    refused = Client().post(reverse("access:sign_in"), {"username": "K1001", "password": GOOD}, REMOTE_ADDR=OUTSIDE)
    assert (refused.status_code, "网络" in refused.text) == (403, True)
    assert SessionRecord.objects.count() == 1
    assert queries.has_permission(user.as_actor(), p.USER_VIEW)


def test_other_roles_open_as_before_from_outside(client: Client, user: User) -> None:
    bound = factories.make_role({p.USER_VIEW: ScopeLevel.ALL})
    services.set_role_protection(actor=factories.SYSTEM, role=bound, requires_second_factor=False, networks=[INSIDE])
    factories.give(user, bound)
    factories.give(user, factories.make_role({p.ROLE_VIEW: ScopeLevel.ALL}))
    assert sign_in(client, ip=OUTSIDE) == 302
    assert client.get(reverse("access:roles"), REMOTE_ADDR=OUTSIDE).status_code == 200
    assert client.get(reverse("access:users"), REMOTE_ADDR=OUTSIDE).status_code == 403


def test_an_administrator_cannot_shut_themself_out(user: User) -> None:
    admin = Role.objects.get(code="admin")
    factories.give(user, admin)
    actor = Actor(**{**_fields(user.as_actor(ip=OUTSIDE)), "session_key": "s"})
    with pytest.raises(InvalidInput) as refused:
        services.set_role_protection(actor=actor, role=admin, requires_second_factor=True, networks=["10.0.0.0/8"])
    assert refused.value.field == "networks"
    assert Role.objects.get(code="admin").networks == []
    services.set_role_protection(
        actor=actor, role=admin, requires_second_factor=True, networks=["10.0.0.0/8", f"{OUTSIDE}/32"]
    )
    with pytest.raises(InvalidInput):
        services.set_role_protection(actor=actor, role=admin, requires_second_factor=True, networks=["nonsense"])


def _fields(actor: Actor) -> dict[str, object]:
    return {name: getattr(actor, name) for name in Actor.__slots__}


def test_whoever_runs_the_machine_finds_a_way_back_in(user: User) -> None:
    role = Role.objects.get(code="admin")
    services.set_role_protection(
        actor=factories.SYSTEM, role=role, requires_second_factor=True, networks=["10.9.0.0/16"]
    )
    call_command("break_glass", role="admin", user="k1001")
    role.refresh_from_db()
    assert (role.networks, role.requires_second_factor) == ([], True)
    entries = AuditEntry.objects.filter(actor_kind="system", cause="break_glass")
    assert set(entries.values_list("action", flat=True)) == {"access.role:protect", "access.second_factor:reset"}
    with pytest.raises(CommandError):
        call_command("break_glass")
