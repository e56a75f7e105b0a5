"""The worker process: procrastinate's worker and the tickers, started and stopped together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import procrastinate
import psycopg
from django.db import OperationalError
from procrastinate.contrib.django import app

from kefu.platform.jobs import rules, tasks
from kefu.platform.jobs.channels import connection_parameters
from kefu.platform.jobs.tickers import TickerLoop

logger = logging.getLogger(__name__)

GRACE_SECONDS = 20.0
RECONNECT_SECONDS = 3.0


def run(*, concurrency: int = 2, queues: list[str] | None = None, tickers: bool = True) -> None:
    """Work until SIGTERM or SIGINT.

    On the signal no new job is started; running jobs leave at their next step and go on elsewhere. What has
    not ended after twenty seconds dies with the process and is brought back like after ``kill -9``.
    """
    tasks.stopping.clear()
    loop = TickerLoop()
    if tickers:
        loop.start()
    try:
        asyncio.run(_work(concurrency=concurrency, queues=queues))
    finally:
        loop.stop()
    logger.info("worker stopped")


def run_waiting(*, concurrency: int = 1, queues: list[str] | None = None) -> None:
    """Run what is in the queue now, without tickers, and return: for tests and for building the demo centre."""
    tasks.stopping.clear()
    asyncio.run(_round(concurrency, queues, wait=False))


async def _work(*, concurrency: int, queues: list[str] | None) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(max_workers=concurrency + 4, thread_name_prefix="job"))
    stopped = asyncio.Event()
    current: asyncio.Task[None] | None = None

    def stop() -> None:
        if not tasks.stopping.is_set():
            logger.info("stopping")
            tasks.stopping.set()
            stopped.set()
            _exit_after(GRACE_SECONDS)
        if current is not None:
            current.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stop)
    while not stopped.is_set():
        current = asyncio.create_task(_round(concurrency, queues, wait=True))
        try:
            await current
        except asyncio.CancelledError:
            break
        except (psycopg.Error, OperationalError, procrastinate.exceptions.ConnectorException) as error:
            logger.warning("worker lost the database, trying again: %s", error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), RECONNECT_SECONDS)


async def _round(concurrency: int, queues: list[str] | None, *, wait: bool) -> None:
    connector = procrastinate.PsycopgConnector(
        kwargs=connection_parameters() | {"application_name": "kefu worker"}, min_size=1, max_size=concurrency + 3
    )
    worker_app = app.with_connector(connector)
    options: dict[str, Any] = {
        "concurrency": concurrency,
        "queues": queues,
        "wait": wait,
        "listen_notify": wait,
        "install_signal_handlers": False,
        "update_heartbeat_interval": rules.HEARTBEAT_SECONDS,
        "stalled_worker_timeout": rules.STALLED_AFTER_SECONDS,
        "shutdown_graceful_timeout": GRACE_SECONDS,
        "delete_jobs": "successful",
    }
    async with worker_app.open_async():
        await worker_app.run_worker_async(**options)


def _exit_after(seconds: float) -> None:
    """End the process by force when the graceful way takes too long; nothing is lost by it."""

    def leave() -> None:
        logger.error("a job did not stop in time, leaving it to another worker")
        os._exit(70)

    timer = threading.Timer(seconds + 5, leave)
    timer.daemon = True
    timer.start()
