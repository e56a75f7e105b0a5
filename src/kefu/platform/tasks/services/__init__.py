"""Writes: open tasks, give them on, do them, prove them, check them, end them."""

from kefu.platform.tasks.services.following import follow_clock
from kefu.platform.tasks.services.opening import open_task
from kefu.platform.tasks.services.steering import cancel, hand_over, reopen, reschedule
from kefu.platform.tasks.services.working import add_evidence, complete, send_back, start, take, verify

__all__ = [
    "add_evidence",
    "cancel",
    "complete",
    "follow_clock",
    "hand_over",
    "open_task",
    "reopen",
    "reschedule",
    "send_back",
    "start",
    "take",
    "verify",
]
