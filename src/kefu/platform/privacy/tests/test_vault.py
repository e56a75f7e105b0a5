"""The vault: stored once, read by right and reason only, gone when erased, rotated without loss."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput, NotFound, NotSignedIn, TooMany
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.tests import factories
from kefu.platform.audit.models import AuditEntry
from kefu.platform.delivery.models import SmsGateway
from kefu.platform.privacy import permissions, queries, sealing, services, tokens
from kefu.platform.privacy.cli import group
from kefu.platform.privacy.keys import KeyMissing
from kefu.platform.privacy.models import TokenKey, VaultValue

pytestmark = pytest.mark.django_db
NUMBER = "13800136621"


@pytest.fixture(autouse=True)
def keys(settings: object) -> Iterator[None]:
    settings.DATA_KEY = "first key"  # type: ignore[attr-defined]
    settings.DATA_KEYS_PREVIOUS = []  # type: ignore[attr-defined]
    tokens._known.clear()
    yield
    tokens._known.clear()


@pytest.fixture
def revealer() -> Actor:
    return factories.make_actor({permissions.VALUE_REVEAL: ScopeLevel.ALL})


def test_equal_values_share_one_token_and_one_row() -> None:
    found = services.tokenise("phone", [NUMBER, "+86 138 0013 6621", "", "  "])
    assert found == {
        NUMBER: services.token_of("phone", NUMBER),
        "+86 138 0013 6621": services.token_of("phone", NUMBER),
    }
    assert services.tokenise("phone", [NUMBER])[NUMBER] == found[NUMBER]
    assert VaultValue.objects.count() == 1
    assert len(found[NUMBER]) == 16


def test_kinds_do_not_share_tokens() -> None:
    assert services.token_of("phone", "1001") != services.token_of("customer_key", "1001")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="shoe_size"):
        services.tokenise("shoe_size", ["42"])


def test_the_value_is_nowhere_in_the_table() -> None:
    services.tokenise("phone", [NUMBER])
    row = VaultValue.objects.get()
    assert NUMBER.encode() not in bytes(row.sealed or b"")
    assert row.mask == "138****6621"


def test_masked_takes_one_statement(django_assert_num_queries: object) -> None:
    found = services.tokenise("phone", [NUMBER, "13900001111"])
    wanted = [*found.values(), None, b"0" * 16]
    with django_assert_num_queries(1):  # type: ignore[operator]
        masks = queries.masked(wanted)
    assert masks == {found[NUMBER]: "138****6621", found["13900001111"]: "139****1111"}


def test_many_values_take_few_statements(django_assert_max_num_queries: object) -> None:
    values = [f"139{n:08d}" for n in range(30_000)]
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        found = services.tokenise("phone", values)
    assert VaultValue.objects.count() == len(found) == 30_000
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        assert services.tokenise("phone", values) == found


def test_reveal_shows_the_value_and_is_in_the_audit(revealer: Actor) -> None:
    token = services.tokenise("phone", [NUMBER])[NUMBER]
    assert services.reveal(actor=revealer, token=token, reason="回拨客户", context="calls.visit:1") == NUMBER
    entry = AuditEntry.objects.get(action="privacy.value:reveal")
    assert (entry.user_id, entry.reason) == (revealer.user_id, "回拨客户")
    assert entry.after == {"kind": "phone", "context": "calls.visit:1"}
    everything = json.dumps([entry.target, entry.before, entry.after, entry.reason])
    assert NUMBER not in everything
    assert token.hex() not in everything


def test_reveal_needs_the_right(revealer: Actor) -> None:
    token = services.tokenise("phone", [NUMBER])[NUMBER]
    with pytest.raises(Denied):
        services.reveal(actor=factories.make_actor(), token=token, reason="回拨客户", context="")
    with pytest.raises(NotSignedIn):
        services.reveal(actor=Actor.anonymous(), token=token, reason="回拨客户", context="")
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "看看", "a  b"])
def test_reveal_needs_a_reason(revealer: Actor, reason: str) -> None:
    token = services.tokenise("phone", [NUMBER])[NUMBER]
    with pytest.raises(InvalidInput):
        services.reveal(actor=revealer, token=token, reason=reason, context="")
    assert not AuditEntry.objects.exists()


def test_reveal_stops_after_sixty_in_an_hour(revealer: Actor) -> None:
    token = services.tokenise("phone", [NUMBER])[NUMBER]
    for _number in range(60):
        services.reveal(actor=revealer, token=token, reason="回拨客户", context="")
    with pytest.raises(TooMany):
        services.reveal(actor=revealer, token=token, reason="回拨客户", context="")
    assert AuditEntry.objects.count() == 60


def test_a_ticket_is_for_its_viewer_only(revealer: Actor) -> None:
    token = services.tokenise("phone", [NUMBER])[NUMBER]
    ticket = services.ticket_for(revealer, token, "calls.visit:1")
    assert services.read_ticket(revealer, ticket) == (token, "calls.visit:1")
    for forged in (ticket[:-1] + ("A" if ticket[-1] != "A" else "B"), "x", ""):
        with pytest.raises(Denied):
            services.read_ticket(revealer, forged)
    with pytest.raises(Denied):
        services.read_ticket(factories.make_actor(), ticket)


def test_an_erased_value_is_gone_for_good(revealer: Actor) -> None:
    token = services.tokenise("phone", [NUMBER])[NUMBER]
    services.erase(actor=factories.SYSTEM, token=token, reason="客户要求删除")
    services.tokenise("phone", [NUMBER])
    assert queries.masked([token]) == {token: "已删除"}
    row = VaultValue.objects.get()
    assert (row.sealed, row.key_id, row.mask) == (None, None, "")
    with pytest.raises(NotFound):
        services.reveal(actor=revealer, token=token, reason="回拨客户", context="")


def test_erasing_needs_the_right(revealer: Actor) -> None:
    token = services.tokenise("phone", [NUMBER])[NUMBER]
    before = list(VaultValue.objects.values())
    with pytest.raises(Denied):
        services.erase(actor=revealer, token=token, reason="客户要求删除")
    assert list(VaultValue.objects.values()) == before


def test_rotation_keeps_tokens_and_values(settings: object, revealer: Actor) -> None:
    token = services.tokenise("phone", [NUMBER])[NUMBER]
    settings.DATA_KEY, settings.DATA_KEYS_PREVIOUS = "second key", ["first key"]  # type: ignore[attr-defined]
    assert services.token_of("phone", NUMBER) == token
    assert services.remaining() == 1
    result = CliRunner().invoke(group, ["rotate", "--json"])
    assert json.loads(result.output) == {"rotated": 1, "remaining": 0}
    settings.DATA_KEYS_PREVIOUS = []  # type: ignore[attr-defined]
    assert services.token_of("phone", NUMBER) == token
    assert services.reveal(actor=revealer, token=token, reason="回拨客户", context="") == NUMBER
    assert TokenKey.objects.count() == 1


def test_without_the_key_nothing_is_read_and_nothing_lost(settings: object, revealer: Actor) -> None:
    token = services.tokenise("phone", [NUMBER])[NUMBER]
    before = list(VaultValue.objects.values())
    settings.DATA_KEY = "another key"  # type: ignore[attr-defined]
    with pytest.raises(KeyMissing):
        services.reveal(actor=revealer, token=token, reason="回拨客户", context="")
    with pytest.raises(KeyMissing):
        services.tokenise("phone", ["13900001111"])
    assert list(VaultValue.objects.values()) == before


def test_a_value_moved_to_another_token_is_not_read(revealer: Actor) -> None:
    found = services.tokenise("phone", [NUMBER, "13900001111"])
    stolen = VaultValue.objects.get(token=found[NUMBER])
    VaultValue.objects.filter(token=found["13900001111"]).update(sealed=stolen.sealed)
    with pytest.raises(KeyMissing):
        services.reveal(actor=revealer, token=found["13900001111"], reason="回拨客户", context="")


def test_rotation_reaches_sealed_texts_beside_their_rows(settings: object) -> None:
    """Secrets and messages are under the data key too; after a rotation the old key may go."""
    sealed = sealing.seal("top secret", SmsGateway.seal_context)
    SmsGateway.objects.create(url="https://sms.example.com/", body="{}", sealed_secret=sealed, updated_at=clock.now())
    with pytest.raises(KeyMissing):
        sealing.unseal(sealed, "another place")
    settings.DATA_KEY = "second key"  # type: ignore[attr-defined]
    settings.DATA_KEYS_PREVIOUS = ["first key"]  # type: ignore[attr-defined]
    assert services.remaining() == 1
    assert services.rotate(actor=Actor.system("test")) == 1
    settings.DATA_KEYS_PREVIOUS = []  # type: ignore[attr-defined]
    assert (services.remaining(), SmsGateway.objects.get().secret) == (0, "top secret")
