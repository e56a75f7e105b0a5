"""Handing a short message to the configured HTTP gateway."""

from __future__ import annotations

from kefu.platform.delivery import rules
from kefu.platform.delivery.adapters import http, targets
from kefu.platform.delivery.choices import BodyKind, OutcomeKind
from kefu.platform.delivery.models import SmsGateway
from kefu.platform.delivery.rules import Outcome

TYPES = {BodyKind.JSON: "application/json; charset=utf-8", BodyKind.FORM: "application/x-www-form-urlencoded"}


def send(gateway: SmsGateway, *, phone: str, text: str, idempotency_key: str) -> Outcome:
    """Send ``text`` to ``phone``; says what is known of it afterwards."""
    values = {"phone": phone, "text": text, "id": idempotency_key, "secret": gateway.secret}
    url = rules.fill_url(gateway.url, values)
    body = b""
    headers = {name: _line(rules.fill(value, values)) for name, value in gateway.headers.items()}
    if gateway.body_kind == BodyKind.JSON:
        body = rules.fill_json(gateway.body, values)
    elif gateway.body_kind == BodyKind.FORM:
        body = rules.fill_pairs(gateway.body, values).encode()
    elif gateway.body:
        url += ("&" if "?" in url else "?") + rules.fill_pairs(gateway.body, values)
    if gateway.body_kind in TYPES and "content-type" not in {name.lower() for name in headers}:
        headers["Content-Type"] = TYPES[BodyKind(gateway.body_kind)]
    if gateway.idempotency_header:
        headers[gateway.idempotency_header] = idempotency_key
    try:
        answer = http.exchange(gateway.method, url, headers=headers, body=body, timeout_seconds=gateway.timeout_seconds)
    except targets.Forbidden:
        return Outcome(OutcomeKind.REFUSED, "forbidden_target")
    except http.NotSent as error:
        return Outcome(OutcomeKind.DEFERRED, str(error))
    except http.Uncertain as error:
        return Outcome(OutcomeKind.UNKNOWN, str(error))
    return rules.gateway_outcome(gateway.success_rule, answer.status, answer.body, answer.retry_after)


def _line(value: str) -> str:
    """A header's value: one line of what HTTP can carry."""
    return " ".join(value.split()).encode("latin-1", "ignore").decode("latin-1")
