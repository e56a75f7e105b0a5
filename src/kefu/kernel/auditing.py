"""The door to the audit trail: everybody records here, ``platform.audit`` plugs the trail in at start-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.crypto import salted_hmac

from kefu.kernel.actor import Actor


class Sink(Protocol):
    """What keeps the entries."""

    def __call__(
        self,
        *,
        actor: Actor,
        action: str,
        target: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
        reason: str,
        node_id: int | None,
    ) -> None:
        """Write one entry in the caller's transaction."""


_sink: Sink | None = None


def plug(sink: Sink) -> None:
    """Let ``sink`` keep the entries from here on."""
    global _sink
    _sink = sink


def record(
    *,
    actor: Actor,
    action: str,
    target: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    node_id: int | None = None,
) -> None:
    """Write into the audit trail who did what to what, in the caller's transaction.

    ``action`` is ``room.noun:verb``, ``target`` ``room.noun:id``; ``before`` and ``after`` hold JSON-able,
    non-personal values (personal ones go through ``digest``). Raises ``RuntimeError`` when no trail is plugged
    in: an action that cannot be recorded must not happen.
    """
    if _sink is None:
        raise RuntimeError("No audit trail is plugged in; is kefu.platform.audit installed?")
    _sink(actor=actor, action=action, target=target, before=before, after=after, reason=reason, node_id=node_id)


def digest(value: str) -> str:
    """A keyed digest that stands for a personal value: equal for equal values, telling nothing else."""
    return "hmac:" + salted_hmac("kefu.audit.digest", value, algorithm="sha256").hexdigest()[:32]
