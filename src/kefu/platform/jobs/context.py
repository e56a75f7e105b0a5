"""What a running job is given: its identity, progress and the wish to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from kefu.kernel.actor import Actor

REPORT_EVERY = 0.5


class Stopped(Exception):
    """Base of the reasons for which a job leaves its function early; never caught by job code."""


class JobCancelled(Stopped):
    """Somebody asked for the job to be cancelled."""


class JobInterrupted(Stopped):
    """The worker is shutting down; the job goes on elsewhere."""


class JobSuperseded(Stopped):
    """Another attempt has taken over; this one must not write anything more."""


class Channel(Protocol):
    """Where progress goes; it must be visible at once, whatever transaction the job is in."""

    def report(self, job_id: int, attempt: int, values: dict[str, Any]) -> bool:
        """Write ``values`` to the job; returns whether a cancel was requested.

        Raises ``JobSuperseded`` when ``attempt`` is no longer the current one.
        """
        ...


class JobContext:
    """Handed to each job function.

    ``actor`` is the system acting because of the job; ``requester`` is the person who asked for it and is the
    one to authorise and to name in the audit when the work is theirs.
    """

    def __init__(
        self,
        *,
        job_id: int,
        uid: str,
        attempt: int,
        requester: Actor,
        channel: Channel,
        stopping: Callable[[], bool],
    ) -> None:
        self.job_id = job_id
        self.uid = uid
        self.attempt = attempt
        self.actor = Actor.system(f"job:{job_id}")
        self.requester = requester
        self._channel = channel
        self._stopping = stopping
        self._pending: dict[str, Any] = {}
        self._reported_at = 0.0

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """Tell how far the job is; written at most twice a second. Raises when the job should stop."""
        self._pending = {"progress_done": done, "progress_total": total, "message": message[:500]}
        self.check_cancelled()

    def check_cancelled(self) -> None:
        """Leave the function (by an exception) when a cancel was requested or the worker is stopping.

        Cheap: looks at the database at most twice a second. Call it between steps, outside of half-done work.
        """
        if self._stopping():
            self.flush()
            raise JobInterrupted
        if time.monotonic() - self._reported_at >= REPORT_EVERY:
            self.flush()

    def flush(self) -> None:
        """Write pending progress now; raises ``JobCancelled`` when a cancel was requested."""
        self._reported_at = time.monotonic()
        values, self._pending = self._pending, {}
        if self._channel.report(self.job_id, self.attempt, values):
            raise JobCancelled
