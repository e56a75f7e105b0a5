"""Given several workers at the same clocks, when all tick at once, then every step is taken exactly once."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import connection

from kefu.platform.clocks import services
from kefu.platform.clocks.models import Clock, StepRecord
from kefu.platform.clocks.tests.factories import Staff, at
from kefu.platform.notify.models import Notice
from kefu.platform.outbox.models import StoredEvent

WORKERS = 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("declared")
def test_four_workers_take_each_step_once(staff: Staff) -> None:
    for number in range(30):
        services.start(
            kind="sample.approval", origin=f"x:{number}", title="", owner_id=staff.agent.pk, at=at("09-21T09:00")
        )
    barrier = threading.Barrier(WORKERS)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            barrier.wait()
            for hour in (12, 13, 15, 16):
                services.tick(at(f"09-21T{hour}:00"))
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    services.tick(at("09-21T16:00"))
    taken = Counter(StepRecord.objects.values_list("kind", "level"))
    assert taken == {("warn", 0): 30, ("warn", 1): 30, ("breach", 0): 30, ("escalate", 0): 30}
    assert StoredEvent.objects.filter(code="clocks.escalated").count() == 30
    assert Notice.objects.filter(user=staff.leader).count() == 30
    assert Clock.objects.filter(failures__gt=0).count() == 0
