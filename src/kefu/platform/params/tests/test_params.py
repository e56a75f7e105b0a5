"""Given declared parameters, when they are changed, then value and history say so, and bad input changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from kefu.kernel import clock
from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotFound, RuleBroken
from kefu.platform.access.models import User
from kefu.platform.params import queries, rules, services
from kefu.platform.params.choices import ParamType
from kefu.platform.params.models import ParamChange
from kefu.platform.params.registry import PARAMS, Param

SYSTEM = Actor.system("test")
SECONDS = Param("test.seconds", "阈值", ParamType.DURATION, 20, minimum=5, maximum=600)
RATE = Param("test.rate", "目标", ParamType.DECIMAL, Decimal("0.8"), minimum=Decimal(0), maximum=Decimal(1))
ON = Param("test.on", "启用", ParamType.BOOL, True)
NAME = Param("test.name", "名称", ParamType.TEXT, "x", maximum=10)
KIND = Param("test.kind", "方式", ParamType.CHOICE, "a", choices=(("a", "甲"), ("b", "乙")))
COUNT = Param("test.count", "数量", ParamType.INT, 3, minimum=1, maximum=9)


@pytest.fixture(autouse=True)
def _declared() -> Iterator[None]:
    known = dict(PARAMS._items)
    PARAMS.register_all([SECONDS, RATE, ON, NAME, KIND, COUNT])
    yield
    PARAMS._items.clear()
    PARAMS._items.update(known)


@pytest.mark.django_db
def test_the_default_holds_until_somebody_changes_it() -> None:
    assert queries.value("test.seconds") == 20
    services.change(actor=SYSTEM, code="test.seconds", value="0:30")
    assert queries.value("test.seconds") == 30
    assert queries.values(["test.rate", "test.on"]) == {"test.rate": Decimal("0.8"), "test.on": True}


@pytest.mark.django_db
def test_a_scheduled_change_counts_from_its_instant() -> None:
    now = clock.now()
    at = now + timedelta(days=2)
    services.change(actor=SYSTEM, code="test.rate", value="0.9", effective_at=at)
    services.change(actor=SYSTEM, code="test.rate", value="0.85")
    assert queries.value("test.rate") == Decimal("0.85")
    assert queries.value("test.rate", at=at) == Decimal("0.9")
    [standing] = [s for s in queries.standings(now + timedelta(seconds=5)) if s.param is RATE]
    assert (standing.value, standing.version, len(standing.scheduled)) == (Decimal("0.85"), 2, 1)
    services.withdraw(actor=SYSTEM, code="test.rate", version=1)
    assert queries.value("test.rate", at=at) == Decimal("0.85")
    with pytest.raises(RuleBroken):
        services.withdraw(actor=SYSTEM, code="test.rate", version=2)


@pytest.mark.django_db
def test_reset_goes_back_to_the_default_and_stays_in_the_history() -> None:
    services.change(actor=SYSTEM, code="test.kind", value="b")
    services.reset(actor=SYSTEM, code="test.kind", reason="试验结束")
    assert queries.value("test.kind") == "a"
    assert [(c.version, c.value, c.reason) for c in queries.history("test.kind")] == [
        (2, None, "试验结束"),
        (1, "b", ""),
    ]


@pytest.mark.django_db
def test_the_second_of_two_editors_is_told() -> None:
    services.change(actor=SYSTEM, code="test.count", value=4, expected_version=0)
    with pytest.raises(Conflict) as caught:
        services.change(actor=SYSTEM, code="test.count", value=5, expected_version=0)
    assert caught.value.status == 409
    assert queries.value("test.count") == 4
    services.change(actor=SYSTEM, code="test.count", value=5, expected_version=1)


@pytest.mark.django_db(transaction=True)
def test_of_many_editors_at_once_one_wins() -> None:
    outcomes: list[str] = []
    barrier = threading.Barrier(4)

    def edit(value: int) -> None:
        barrier.wait(20)
        try:
            services.change(actor=SYSTEM, code="test.count", value=value, expected_version=0)
            outcomes.append("saved")
        except Conflict:
            outcomes.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["conflict", "conflict", "conflict", "saved"]
    assert ParamChange.objects.count() == 1


@pytest.mark.django_db
def test_denied_changes_nothing() -> None:
    user = User.objects.create(username="zhao", display_name="zhao")
    actor = Actor(kind=ActorKind.USER, label="zhao", user_id=user.pk)
    with pytest.raises(Denied):
        services.change(actor=actor, code="test.count", value=4)
    with pytest.raises(Denied):
        services.reset(actor=actor, code="test.count")
    assert not ParamChange.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("test.seconds", "1:70"),
        ("test.seconds", 4),
        ("test.seconds", "601"),
        ("test.seconds", ""),
        ("test.rate", "1.01"),
        ("test.rate", "NaN"),
        ("test.rate", "Infinity"),
        ("test.rate", "八成"),
        ("test.rate", True),
        ("test.on", "maybe"),
        ("test.name", "十一个字十一个字十一个"),
        ("test.name", "a\x00b"),
        ("test.name", 5),
        ("test.kind", "c"),
        ("test.count", "1e1"),
        ("test.count", 2.5),
        ("test.count", None),
        ("test.count", "9" * 5000),
    ],
)
def test_a_value_that_is_not_allowed_is_refused(code: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        services.change(actor=SYSTEM, code=code, value=value)
    assert caught.value.field == "value"
    assert not ParamChange.objects.exists()


@pytest.mark.django_db
def test_the_past_and_the_unknown_are_refused() -> None:
    with pytest.raises(InvalidInput):
        services.change(actor=SYSTEM, code="test.count", value=4, effective_at=clock.now() - timedelta(days=1))
    with pytest.raises(NotFound):
        services.change(actor=SYSTEM, code="test.unknown", value=4)


@given(st.one_of(st.integers(), st.text(), st.floats(), st.none(), st.booleans(), st.lists(st.integers())))
def test_parsing_gives_a_value_that_survives_storage_or_refuses(raw: Any) -> None:
    for param in (SECONDS, RATE, ON, NAME, KIND, COUNT):
        try:
            value = rules.parse(param, raw)
        except InvalidInput:
            continue
        assert rules.from_json(param, rules.to_json(value)) == value
