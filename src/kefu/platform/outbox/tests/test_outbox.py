"""Given subscribed handlers, when events are published, then each handler's work is committed once or shown as dead."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput, RuleBroken
from kefu.kernel.events import EVENTS, Event, event
from kefu.platform.access.models import RateCounter, User
from kefu.platform.jobs import worker
from kefu.platform.jobs.testing import tick
from kefu.platform.outbox import services
from kefu.platform.outbox.choices import DeliveryState
from kefu.platform.outbox.delivering import TryAgain, deliver
from kefu.platform.outbox.models import Delivery, StoredEvent
from kefu.platform.outbox.registry import SUBSCRIPTIONS, subscribe
from kefu.platform.outbox.testing import drain

SYSTEM = Actor.system("test")
behaviour: dict[str, Any] = {}


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[Any]:
    subscriptions, events = dict(SUBSCRIPTIONS._items), dict(EVENTS._items)
    behaviour.clear()

    @event("test.happened")
    @dataclass(frozen=True, slots=True)
    class Happened(Event):
        number: int

    @subscribe(Happened, "loop.test.count")
    def count(stored: StoredEvent) -> None:
        RateCounter.objects.create(key=f"count{stored.payload['number']}", window_at=clock.now(), count=1)
        if behaviour.get("fails"):
            raise ValueError("no")

    @subscribe(Happened, "loop.test.note")
    def note(stored: StoredEvent) -> None:
        RateCounter.objects.create(key=f"note{stored.payload['number']}", window_at=clock.now(), count=1)

    behaviour["event"] = Happened
    yield
    SUBSCRIPTIONS._items.clear()
    SUBSCRIPTIONS._items.update(subscriptions)
    EVENTS._items.clear()
    EVENTS._items.update(events)


def keys() -> list[str]:
    return sorted(RateCounter.objects.values_list("key", flat=True))


@pytest.mark.django_db
def test_each_handler_is_told_once() -> None:
    stored = services.publish(behaviour["event"](number=1), cause="user:1")
    assert (stored.code, stored.payload, stored.cause) == ("test.happened", {"number": 1}, "user:1")
    assert keys() == []
    assert drain() == 2
    assert keys() == ["count1", "note1"]
    assert drain() == 0
    for delivery in Delivery.objects.all():
        assert deliver(delivery.pk) is None
    assert keys() == ["count1", "note1"]


@pytest.mark.django_db
def test_rolled_back_nothing_has_happened() -> None:
    with transaction.atomic():
        services.publish(behaviour["event"](number=1))
        transaction.set_rollback(True)
    assert (StoredEvent.objects.count(), Delivery.objects.count(), ProcrastinateJob.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_a_failing_handler_leaves_no_half_work_and_does_not_hold_up_the_other() -> None:
    behaviour["fails"] = True
    services.publish(behaviour["event"](number=1))
    failing = Delivery.objects.get(handler="loop.test.count")
    with pytest.raises(TryAgain) as caught:
        deliver(failing.pk)
    assert caught.value.at > clock.now()
    assert keys() == []
    failing.refresh_from_db()
    assert (failing.state, failing.attempts, failing.error) == (DeliveryState.WAITING, 1, "ValueError: no")
    assert deliver(Delivery.objects.get(handler="loop.test.note").pk) == DeliveryState.DELIVERED
    assert keys() == ["note1"]


@pytest.mark.django_db
def test_after_ten_errors_it_is_a_dead_letter_that_a_person_retries_or_discards() -> None:
    behaviour["fails"] = True
    services.publish(behaviour["event"](number=1))
    failing = Delivery.objects.get(handler="loop.test.count")
    for _attempt in range(9):
        with pytest.raises(TryAgain):
            deliver(failing.pk)
    assert deliver(failing.pk) == DeliveryState.DEAD
    user = User.objects.create(username="wu", display_name="wu").as_actor()
    with pytest.raises(Denied):
        services.retry_deliveries(actor=user, ids=[failing.pk])
    with pytest.raises(Denied):
        services.discard_delivery(actor=user, delivery_id=failing.pk, reason="x")
    failing.refresh_from_db()
    assert failing.state == DeliveryState.DEAD
    behaviour["fails"] = False
    assert services.retry_deliveries(actor=SYSTEM, ids=[failing.pk]) == 1
    assert services.retry_deliveries(actor=SYSTEM, ids=[failing.pk]) == 0
    drain()
    assert keys() == ["count1", "note1"]
    with pytest.raises(RuleBroken):
        services.discard_delivery(actor=SYSTEM, delivery_id=failing.pk, reason="x")


@pytest.mark.django_db
def test_discarding_needs_a_reason() -> None:
    services.publish(behaviour["event"](number=1))
    row = Delivery.objects.filter(handler="loop.test.count").first()
    assert row is not None
    Delivery.objects.filter(pk=row.pk).update(state=DeliveryState.DEAD)
    with pytest.raises(InvalidInput):
        services.discard_delivery(actor=SYSTEM, delivery_id=row.pk, reason="  ")
    done = services.discard_delivery(actor=SYSTEM, delivery_id=row.pk, reason="重复数据")
    assert (done.state, done.note) == (DeliveryState.DISCARDED, "重复数据")


@pytest.mark.django_db
def test_an_unknown_handler_is_a_dead_letter_at_once() -> None:
    stored = services.publish(behaviour["event"](number=1))
    row = Delivery.objects.create(event=stored, handler="loop.test.gone", created_at=clock.now())
    assert deliver(row.pk) == DeliveryState.DEAD


@pytest.mark.django_db(transaction=True)
def test_a_worker_delivers_what_was_committed() -> None:
    for number in range(5):
        services.publish(behaviour["event"](number=number))
    worker.run_waiting(concurrency=2)
    assert len(keys()) == 10
    assert not Delivery.objects.exclude(state=DeliveryState.DELIVERED).exists()


@pytest.mark.django_db(transaction=True)
def test_two_deliverers_at_once_do_the_work_once() -> None:
    services.publish(behaviour["event"](number=1))
    row = Delivery.objects.get(handler="loop.test.note")
    barrier = threading.Barrier(2)

    def work() -> None:
        barrier.wait(20)
        deliver(row.pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert keys() == ["note1"]


@pytest.mark.django_db(transaction=True)
def test_what_the_queue_lost_comes_back_and_the_old_is_forgotten() -> None:
    services.publish(behaviour["event"](number=1))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    now = clock.now()
    tick("outbox.restore_lost", now + timedelta(minutes=3))
    worker.run_waiting()
    assert keys() == ["count1", "note1"]
    tick("outbox.tidy", now + timedelta(days=29))
    assert StoredEvent.objects.count() == 1
    tick("outbox.tidy", now + timedelta(days=31))
    assert StoredEvent.objects.count() == 0
