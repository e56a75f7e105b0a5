"""Pure decisions: when to try again, what an answer means, what a template becomes, when an endpoint is paused."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from kefu.platform.delivery.choices import BodyKind, OutcomeKind, SuccessKind

MAX_ATTEMPTS = 10
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=2)
GROWTH = 3
CLAIM_LIMIT = timedelta(minutes=2)
"""A message in ``sending`` for longer than this belongs to a process that is no more."""
FAILURES_BEFORE_PAUSE = 20
PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
PLACEHOLDERS = frozenset({"phone", "text", "id", "secret"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attempt came to, in words; ``retry_after`` is the other side's wish in seconds."""

    kind: OutcomeKind
    detail: str = ""
    provider_id: str = ""
    status: int | None = None
    retry_after: int | None = None


def pause_after(attempts: int, *, spread: float = 0.0) -> timedelta:
    """How long to wait after the ``attempts``-th failure: 10 s, 30 s, 90 s … at most two hours.

    ``spread`` (0…1) lengthens it by up to a fifth, so that what failed together does not come back together.
    """
    longest = int(LONGEST_PAUSE / FIRST_PAUSE)
    factor = min(GROWTH ** min(max(attempts - 1, 0), 20), longest)
    return FIRST_PAUSE * factor * (1 + 0.2 * spread)


def next_attempt_at(
    now: datetime, attempts: int, *, spread: float = 0.0, retry_after: int | None = None
) -> datetime | None:
    """When to try again after the ``attempts``-th failure; ``None`` when it is given up.

    The other side's ``retry_after`` may put it off, but not beyond the longest pause.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    wait = pause_after(attempts, spread=spread)
    if retry_after is not None:
        wait = max(wait, min(timedelta(seconds=max(retry_after, 0)), LONGEST_PAUSE))
    return now + wait


def spread_of(key: str) -> float:
    """A number in 0…1 that is always the same for ``key``."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32


def is_abandoned(claimed_at: datetime, now: datetime) -> bool:
    """Whether whoever claimed it then must be taken for dead."""
    return now - claimed_at >= CLAIM_LIMIT


def pauses_endpoint(failed_in_a_row: int) -> bool:
    """Whether an endpoint has failed so often that it is paused by itself."""
    return failed_in_a_row >= FAILURES_BEFORE_PAUSE


# signatures


def signature(secret: str, body: bytes, at: int) -> str:
    """``t=<unix>,v1=<hex>``: HMAC-SHA-256 of ``<unix>.<body>`` under the endpoint's secret."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


# templates of a gateway


def unknown_placeholders(template: str) -> list[str]:
    """The placeholders in a template that stand for nothing."""
    return sorted(set(PLACEHOLDER.findall(template)) - PLACEHOLDERS)


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its placeholders replaced; a value is never read as a template."""
    return PLACEHOLDER.sub(lambda match: values[match[1]], template)


def fill_url(template: str, values: Mapping[str, str]) -> str:
    """An address with percent-encoded values."""
    return fill(template, {name: quote(value, safe="") for name, value in values.items()})


def fill_json(template: str, values: Mapping[str, str]) -> bytes:
    """A JSON body: placeholders inside its strings are replaced, so that no value can change its structure."""

    def walk(node: Any) -> Any:
        if isinstance(node, str):
            return fill(node, values)
        if isinstance(node, list):
            return [walk(item) for item in node]
        if isinstance(node, dict):
            return {key: walk(item) for key, item in node.items()}
        return node

    return json.dumps(walk(json.loads(template)), ensure_ascii=False).encode()


def fill_pairs(template: str, values: Mapping[str, str]) -> str:
    """``name=value`` lines (or pairs joined by ``&``) as an encoded query string."""
    joined = "&".join(line.strip() for line in template.splitlines() if line.strip())
    # A plus sign in a template is meant as it stands.
    pairs = parse_qsl(joined.replace("+", "%2B"), keep_blank_values=True)
    return urlencode([(name, fill(value, values)) for name, value in pairs])


def is_valid_body(kind: str, template: str) -> bool:
    """Whether the template can be filled at all."""
    if kind == BodyKind.JSON:
        try:
            return isinstance(json.loads(template), dict | list)
        except ValueError:
            return False
    return all("=" in part for line in template.splitlines() if line.strip() for part in line.split("&"))


# what an answer means


def value_at(document: Any, path: str) -> Any:
    """What stands at ``data.0.code`` in a JSON document; ``None`` when there is nothing."""
    for step in path.split("."):
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        else:
            return None
    return document


def written(value: Any) -> str:
    """A JSON scalar as a person would type it into the success rule."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class SuccessRule:
    """How a gateway's answer is read."""

    kind: str = SuccessKind.STATUS.value
    path: str = ""
    value: str = ""
    id_path: str = ""

    def read(self, body: str) -> tuple[bool, str]:
        """Whether a 2xx answer says that the message was taken, and the gateway's own number for it."""
        try:
            document = json.loads(body)
        except ValueError:
            document = None
        number = written(value_at(document, self.id_path))[:200] if self.id_path and document is not None else ""
        if self.kind == SuccessKind.JSON:
            return document is not None and written(value_at(document, self.path)) == self.value, number
        if self.kind == SuccessKind.TEXT:
            return self.value in body, number
        return True, number


def gateway_outcome(rule: SuccessRule, status: int, body: str, retry_after: int | None) -> Outcome:
    """What an SMS gateway's answer means for the message.

    A gateway that says "later" (408, 425, 429, 503) has not taken it. Any other 5xx may come from something between
    us and a gateway that has: in doubt. A redirect is never followed.
    """
    shown = " ".join(body.split())[:300]
    if 200 <= status < 300:
        taken, number = rule.read(body)
        if taken:
            return Outcome(OutcomeKind.SENT, shown, number, status)
        return Outcome(OutcomeKind.REFUSED, shown, number, status)
    if status in (408, 425, 429, 503):
        return Outcome(OutcomeKind.DEFERRED, f"HTTP {status} {shown}".strip(), "", status, retry_after)
    if status >= 500:
        return Outcome(OutcomeKind.UNKNOWN, f"HTTP {status} {shown}".strip(), "", status)
    return Outcome(OutcomeKind.REFUSED, f"HTTP {status} {shown}".strip(), "", status)


def receiver_outcome(status: int, body: str, retry_after: int | None) -> Outcome:
    """What a webhook receiver's answer means: 2xx took it, 410 wants no more, everything else is tried again."""
    shown = " ".join(body.split())[:300]
    if 200 <= status < 300:
        return Outcome(OutcomeKind.SENT, shown, "", status)
    if status == 410:
        return Outcome(OutcomeKind.REFUSED, f"HTTP 410 {shown}".strip(), "", status)
    return Outcome(OutcomeKind.DEFERRED, f"HTTP {status} {shown}".strip(), "", status, retry_after)
