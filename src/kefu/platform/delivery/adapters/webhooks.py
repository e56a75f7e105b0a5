"""Making one signed call."""

from __future__ import annotations

import json
from datetime import datetime

from kefu.platform.delivery import rules
from kefu.platform.delivery.adapters import http, targets
from kefu.platform.delivery.choices import OutcomeKind
from kefu.platform.delivery.models import WebhookCall
from kefu.platform.delivery.rules import Outcome

TIMEOUT_SECONDS = 10.0


def body_of(call: WebhookCall) -> bytes:
    """What the receiver reads: the event's code and ids."""
    return json.dumps(
        {
            "id": str(call.event_uid),
            "type": call.event_code,
            "version": call.event_version,
            "occurred_at": call.occurred_at.isoformat(),
            "data": call.payload,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def make(call: WebhookCall, *, url: str, secret: str, now: datetime) -> tuple[Outcome, float | None]:
    """Call the endpoint; what is known of it afterwards, and how long the answer took.

    Silence counts as failure: a receiver knows a repetition by ``Kefu-Delivery``.
    """
    body = body_of(call)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Kefu-Webhooks/1",
        "Kefu-Event": call.event_code,
        "Kefu-Delivery": str(call.uid),
        "Kefu-Signature": rules.signature(secret, body, int(now.timestamp())),
    }
    try:
        answer = http.exchange("POST", url, headers=headers, body=body, timeout_seconds=TIMEOUT_SECONDS)
    except targets.Forbidden:
        return Outcome(OutcomeKind.REFUSED, "forbidden_target"), None
    except (http.NotSent, http.Uncertain) as error:
        return Outcome(OutcomeKind.DEFERRED, str(error)), None
    return rules.receiver_outcome(answer.status, answer.body, answer.retry_after), answer.took_seconds
