"""The queue's task that delivers."""

from __future__ import annotations

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job as QueueJob

from kefu.platform.outbox.delivering import TryAgain, deliver

DELIVER = "kefu.outbox.deliver"
QUEUE = "events"


class TryAgainOnly(BaseRetryStrategy):
    """Hands out again what asks for it by ``TryAgain``; everything else is final."""

    def get_retry_decision(self, *, exception: BaseException, job: QueueJob) -> RetryDecision | None:
        if isinstance(exception, TryAgain):
            return RetryDecision(retry_at=exception.at)
        return None


@app.task(name=DELIVER, queue=QUEUE, retry=TryAgainOnly())
def deliver_event(delivery_id: int) -> None:
    """Deliver one event to one handler."""
    deliver(delivery_id)
