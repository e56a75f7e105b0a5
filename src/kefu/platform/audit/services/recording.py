"""Recording: one row in the caller's transaction, unchained; the sealer chains it a few seconds later."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.platform.audit.models import AuditEntry


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
    """Write one entry; see ``kefu.kernel.auditing.record``, which calls this."""
    AuditEntry.objects.create(
        at=clock.now(),
        actor_kind=actor.kind.value,
        actor_label=actor.label[:64],
        user_id=actor.user_id,
        token_id=actor.token_id,
        ip=actor.ip,
        session=session_mark(actor.session_key),
        cause=actor.cause[:128],
        action=action,
        target=target,
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
        reason=reason,
        node_id=node_id,
    )


def session_mark(session_key: str) -> str:
    """A mark that tells sessions apart without giving the key to one away."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:16] if session_key else ""
