"""For tests of every app: send what waits, here and now."""

from __future__ import annotations

from kefu.platform.delivery import calling, sending
from kefu.platform.delivery.choices import CallState, MessageState
from kefu.platform.delivery.models import Message, WebhookCall


def drain() -> int:
    """Make one attempt of every waiting message and webhook call, whatever its next time; returns how many."""
    Message.objects.filter(state=MessageState.QUEUED).update(next_attempt_at=None)
    WebhookCall.objects.filter(state=CallState.QUEUED).update(next_attempt_at=None)
    messages = list(Message.objects.filter(state=MessageState.QUEUED).order_by("id").values_list("pk", flat=True))
    calls = list(WebhookCall.objects.filter(state=CallState.QUEUED).order_by("id").values_list("pk", flat=True))
    for message_id in messages:
        sending.process(message_id)
    for call_id in calls:
        calling.process(call_id)
    return len(messages) + len(calls)
