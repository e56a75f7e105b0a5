"""Runs the tickers of one worker process: a thread each, exclusive across all processes by advisory locks."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from typing import Any

import psycopg
from django.db import connection, models
from django.db.models import F

from kefu.kernel import clock
from kefu.platform.jobs.channels import direct_connection
from kefu.platform.jobs.models import TickerStatus
from kefu.platform.jobs.registry import TICKERS, TickerSpec
from kefu.platform.telemetry.instruments import TICKS

logger = logging.getLogger(__name__)

RECORD_EVERY = 1.0
LONGEST_PAUSE = 60.0
ELECTION_PAUSE = 3.0


class Lease:
    """Session advisory locks on one direct connection; they vanish with the process, however it ends."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None
        self._held: set[str] = set()

    def hold(self, name: str) -> bool:
        """Whether this process now holds (or still holds) the lock of that name."""
        with self._mutex:
            try:
                if self._connection is None or self._connection.closed:
                    self._held.clear()
                    self._connection = direct_connection("kefu tickers")
                if name in self._held:
                    self._connection.execute("SELECT 1")
                    return True
                row = self._connection.execute(
                    "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [f"kefu.ticker:{name}"]
                ).fetchone()
                if row and row[0]:
                    self._held.add(name)
                    return True
                return False
            except psycopg.Error:
                self._drop()
                raise

    def _drop(self) -> None:
        self._held.clear()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def close(self) -> None:
        """Let go of every lock."""
        with self._mutex:
            self._drop()


class TickerThread(threading.Thread):
    """Runs one ticker until ``stop`` is set."""

    def __init__(self, spec: TickerSpec, lease: Lease, stop: threading.Event) -> None:
        super().__init__(name=f"ticker {spec.name}", daemon=True)
        self.spec = spec
        self.lease = lease
        self.stop = stop
        self._recorded_at = 0.0
        self._unrecorded = 0
        self._errors_in_a_row = 0

    def run(self) -> None:
        pause = 0.0
        while not self.stop.wait(pause):
            pause = self._once()
        connection.close()

    def _once(self) -> float:
        """One turn; returns how long to wait for the next."""
        try:
            if not self.lease.hold(self.spec.name):
                return max(self.spec.every, ELECTION_PAUSE)
        except psycopg.Error as error:
            logger.warning("ticker %s: no database: %s", self.spec.name, error)
            return ELECTION_PAUSE
        started_at, started = clock.now(), time.monotonic()
        failure = ""
        try:
            self.spec.fn(started_at)
        except Exception as error:
            logger.exception("ticker %s failed", self.spec.name)
            failure = f"{type(error).__name__}: {error}"[:2000]
        seconds = time.monotonic() - started
        TICKS.labels(self.spec.name, "failed" if failure else "done").observe(seconds)
        self._errors_in_a_row = self._errors_in_a_row + 1 if failure else 0
        try:
            self._record(started_at, seconds, failure)
        except Exception as error:
            logger.warning("ticker %s: status not written: %s", self.spec.name, error)
        if failure or self.spec.every >= 10 or connection.in_atomic_block:
            connection.close()
        pause = min(self.spec.every * 2 ** min(self._errors_in_a_row, 6), max(LONGEST_PAUSE, self.spec.every))
        return max(pause - seconds, 0.02)

    def _record(self, started_at: Any, seconds: float, failure: str) -> None:
        self._unrecorded += 1
        if not failure and time.monotonic() - self._recorded_at < RECORD_EVERY:
            return
        record(self.spec, started_at, seconds, failure, runs=self._unrecorded)
        self._recorded_at, self._unrecorded = time.monotonic(), 0


def record(spec: TickerSpec, started_at: Any, seconds: float, failure: str, *, runs: int = 1) -> None:
    """Write down a turn of a ticker for the status page."""
    values: dict[str, Any] = {
        "every_seconds": spec.every,
        "process": f"{socket.gethostname()}:{os.getpid()}"[:120],
        "last_started_at": started_at,
        "last_duration_seconds": seconds,
    }
    if failure:
        values |= {"last_error": failure, "last_error_at": started_at}
    counts: dict[str, models.expressions.Combinable] = {"runs": F("runs") + runs}
    if failure:
        counts["failures"] = F("failures") + 1
    if not TickerStatus.objects.filter(name=spec.name).update(**values, **counts):
        TickerStatus.objects.get_or_create(
            name=spec.name, defaults=values | {"runs": runs, "failures": int(bool(failure))}
        )


class TickerLoop:
    """All tickers of this process."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._lease = Lease()
        self._threads: list[TickerThread] = []

    def start(self) -> None:
        """Start a thread for each registered ticker."""
        self._threads = [TickerThread(spec, self._lease, self._stop) for spec in TICKERS]
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Let each ticker end its turn, then give the locks back."""
        self._stop.set()
        deadline = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._lease.close()
