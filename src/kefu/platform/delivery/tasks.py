"""The queue's tasks that send."""

from __future__ import annotations

from datetime import datetime

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job as QueueJob

SEND = "kefu.delivery.send"
CALL = "kefu.delivery.call"
QUEUE = "delivery"


class TryAgain(Exception):
    """The queue is to hand this out again, not before ``at``."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"again at {at.isoformat()}")
        self.at = at


class TryAgainOnly(BaseRetryStrategy):
    """Hands out again what asks for it by ``TryAgain``; everything else is final."""

    def get_retry_decision(self, *, exception: BaseException, job: QueueJob) -> RetryDecision | None:
        if isinstance(exception, TryAgain):
            return RetryDecision(retry_at=exception.at)
        return None


@app.task(name=SEND, queue=QUEUE, retry=TryAgainOnly())
def send_message(message_id: int) -> None:
    """Send one message."""
    from kefu.platform.delivery import sending

    again_at = sending.process(message_id)
    if again_at is not None:
        raise TryAgain(again_at)


@app.task(name=CALL, queue=QUEUE, retry=TryAgainOnly())
def call_endpoint(call_id: int) -> None:
    """Make one webhook call."""
    from kefu.platform.delivery import calling

    again_at = calling.process(call_id)
    if again_at is not None:
        raise TryAgain(again_at)


def defer_message(message_id: int) -> int:
    """Put a message into the queue, in the current transaction; returns the queue's number."""
    return app.configure_task(SEND, queue=QUEUE).defer(message_id=message_id)


def defer_call(call_id: int) -> int:
    """Put a call into the queue, in the current transaction; returns the queue's number."""
    return app.configure_task(CALL, queue=QUEUE).defer(call_id=call_id)
