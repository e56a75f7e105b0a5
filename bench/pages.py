"""Each page's server time without the database, and its statements, with fifty rows to show; the goal is 50 ms.

Time is the processor time of the thread that answers, so that a busy machine does not count.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.test import Client

from bench import history
from bench.harness import Report, ms

ROWS = 50
DAY = date(2026, 9, 1)
GOAL_SECONDS = 0.050
TIMES = 9
SPAN = f"from={DAY}&to={DAY}"
PAGES = (
    ("calls", f"/calls/?day_from={DAY}&day_to={DAY}"),
    ("wallboard", "/wall/"),
    ("wallboard, full screen", "/wall/full/"),
    ("interval report", f"/reports/interval/?{SPAN}&compare=week"),
    ("agent report", f"/reports/agents/?{SPAN}"),
    ("explore", f"/reports/explore/?{SPAN}&grain=hour&split=queue"),
    ("metric catalogue", "/metrics/"),
    ("metric", "/metrics/service_level.f3/"),
    ("employees", "/people/employees/"),
    ("organisation", "/people/units/"),
    ("agents", "/people/agents/"),
    ("audit", "/audit/"),
    ("jobs", "/jobs/"),
    ("accounts", "/system/users/"),
    ("parameters", "/params/"),
)


def run(report: Report) -> None:
    """Every list and report once for an administrator, who sees the most: rows, columns and buttons."""
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    _centre()
    client = _administrator()
    visit = _a_visit()
    for name, address in (*PAGES, ("call", f"/calls/{visit}/")):
        queries, took, size = _measure(client, address)
        report.add(
            "pages", f"{name}: {queries} queries, {size / 1000:.0f} KB", ms(took), "50 ms", took, "≤", GOAL_SECONDS
        )


def _centre() -> None:
    """A day of calls with their facts, and fifty of whatever else is listed."""
    from django.db import transaction

    from kefu.areas.calls.services import facts
    from kefu.areas.people import services as people
    from kefu.kernel import auditing
    from kefu.kernel.actor import Actor
    from kefu.platform.access import services as access

    system = Actor.system("bench")
    history.centre(queues=8, agents=ROWS, teams=8)
    history.visits(5_000, DAY - timedelta(days=7), days=8, queues=8, agents=ROWS, teams=8)
    with transaction.atomic():
        facts.recompute_days([(history.SOURCE, DAY - timedelta(days=n)) for n in range(8)])
        unit = people.create_unit(
            actor=system, kind="centre", code="centre", name="centre", parent=None, starts_on=date(2020, 1, 1)
        )
        for n in range(ROWS):
            people.create_employee(
                actor=system,
                number=f"K{n:05d}",
                name=f"员工{n:02d}",
                unit=unit,
                hired_on=date(2026, 1, 5),
            )
            access.create_user(actor=system, username=f"user{n:02d}", display_name=f"员工{n:02d}")
            auditing.record(actor=system, action="bench.thing:do", target=f"bench.thing:{n}", after={"n": n})
    _jobs()


def _jobs() -> None:
    from kefu.kernel import clock
    from kefu.platform.jobs.models import Job

    now = clock.now()
    Job.objects.bulk_create(
        Job(name="bench.job", state="succeeded", created_at=now, started_at=now, finished_at=now) for _n in range(ROWS)
    )


def _a_visit() -> Any:
    from kefu.areas.calls.models import QueueVisit

    return QueueVisit.objects.filter(day=DAY, outcome="answered").values_list("id", flat=True)[0]


def _administrator() -> Client:
    from kefu.kernel import clock
    from kefu.platform.access.models import Assignment, Role, User

    user = User.objects.create(username="administrator", display_name="administrator", password="!")
    Assignment.objects.create(user=user, role=Role.objects.get(code="admin"), starts_at=clock.now())
    client = Client()
    client.force_login(user, backend="kefu.platform.access.backend.SessionBackend")
    return client


def _measure(client: Client, address: str) -> tuple[int, float, int]:
    """Statements, the best server time outside the database, and the size of the page."""
    best, queries, size = float("inf"), 0, 0
    for attempt in range(TIMES + 1):
        with _database_time() as spent:
            begin = time.thread_time()
            answer = client.get(address)
            took = time.thread_time() - begin
        assert answer.status_code == 200, (address, answer.status_code, answer.content[-400:])
        if attempt:  # the first one warms up
            best, queries, size = min(best, took - sum(spent)), len(spent), len(answer.content)
    return queries, best, size


@contextmanager
def _database_time() -> Iterator[list[float]]:
    """The seconds that this thread spends on each statement meanwhile."""
    spent: list[float] = []

    def timed(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        begin = time.thread_time()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(time.thread_time() - begin)

    with connection.execute_wrapper(timed):
        yield spent
