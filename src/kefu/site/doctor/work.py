"""Checks inside the database: version, migrations, clock, work that failed or stands still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
from django.apps import apps
from django.db import connection
from django.utils import timezone

from kefu.site import database, environment
from kefu.site.backups import restoring
from kefu.site.doctor import setting_up
from kefu.site.doctor.findings import Finding, fail, note, ok, warn
from kefu.site.embedded import Layout

SKEW = timedelta(seconds=2)
STANDSTILL = timedelta(minutes=5)


def everything() -> Iterator[Finding]:
    """All checks that need the database."""
    yield server()
    yield clock()
    yield leftovers()
    if database.is_empty():
        yield fail("migrations", "the database is empty", "kefu migrate", _migrate)
        return
    pending = database.pending()
    if pending:
        yield fail("migrations", f"{len(pending)} migrations are pending", "kefu backup, then kefu migrate")
        return
    yield ok("migrations", "up to date")
    yield from failed_work()
    yield queue()
    yield from setting_up.everything()


def _migrate() -> str:
    return f"{database.migrate(notice=lambda _: None)} migrations applied"


def leftovers() -> Finding:
    """Databases that restores left behind when they were killed: they only take room."""
    present = database.parameters()["dbname"]
    try:
        names = restoring.leftovers(present)
    except psycopg.Error:
        return note("leftovers", "the role may not look at other databases")
    if not names:
        return ok("leftovers", "none")
    return warn(
        "leftovers",
        f"restores that were killed left {', '.join(names)}",
        "drop them: kefu doctor --mend",
        lambda: f"dropped {', '.join(restoring.sweep(present))}",
    )


def server() -> Finding:
    """Which server answers."""
    connection.ensure_connection()
    assert connection.connection is not None
    version = connection.connection.info.server_version
    name = f"PostgreSQL {version // 10000}.{version % 10000}"
    if database.is_embedded():
        return ok("database", f"{name}, embedded, data in {Layout.of(environment.home()).base}")
    info = connection.connection.info
    return ok("database", f"{name} at {info.host}:{info.port}, database {info.dbname}")


def clock() -> Finding:
    """Whether this machine and the database agree about the time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there = cursor.fetchone()[0]
    apart = abs(datetime.now(UTC) - there)
    if apart > SKEW:
        return warn(
            "clock", f"this machine and the database are {apart.total_seconds():.0f} s apart", "let both follow NTP"
        )
    return ok("clock", "this machine and the database agree")


def failed_work() -> Iterator[Finding]:
    """Jobs and deliveries that ended in failure and wait for a person."""
    job = apps.get_model("jobs", "Job")
    since = timezone.now() - timedelta(days=7)
    failed = job.objects.filter(state="failed", finished_at__gte=since).count()
    yield (
        warn("jobs", f"{failed} jobs failed within seven days", "look at them under /jobs/")
        if failed
        else ok("jobs", "none failed within seven days")
    )
    delivery = apps.get_model("outbox", "Delivery")
    dead = delivery.objects.filter(state="dead").count()
    yield (
        warn("outbox", f"{dead} deliveries were given up", "retry them on the page of deliveries")
        if dead
        else ok("outbox", "no delivery was given up")
    )


def queue() -> Finding:
    """Whether somebody works: due jobs that wait for minutes mean that no worker runs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs j WHERE j.status = 'todo'"
            " AND coalesce(j.scheduled_at, (SELECT min(e.at) FROM procrastinate_events e WHERE e.job_id = j.id), now()) < %s",
            [timezone.now() - STANDSTILL],
        )
        waiting = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'")
        workers = cursor.fetchone()[0]
    if waiting and not workers:
        return fail("queue", f"{waiting} jobs have been waiting for minutes and no worker runs", "kefu worker")
    if waiting:
        return warn("queue", f"{waiting} jobs have been waiting for minutes", "start more workers: kefu worker")
    if not workers:
        return note("queue", "nothing waits; no worker runs at present", "kefu worker")
    return ok("queue", f"{workers} workers run, nothing waits")
