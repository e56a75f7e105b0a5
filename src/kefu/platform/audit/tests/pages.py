"""The pages of audit in the browser."""

from __future__ import annotations

from typing import Any

from kefu.kernel import auditing, clock
from kefu.platform.audit import services
from kefu.platform.audit.models import AuditEntry
from kefu.platform.webui.testing.pages import PAGES, PageCase


def some_entries(user: Any) -> None:
    """A few acts, most of them sealed."""
    actor = user.as_actor(ip="10.8.0.21", session_key="s" * 32)
    for number in range(8):
        auditing.record(
            actor=actor,
            action="access.node:rename",
            target=f"access.node:{number}",
            before={"name": "一组"},
            after={"name": "一线一组", "note": None},
            reason="调整名称" if number % 2 else "",
        )
    services.seal(clock.now())
    auditing.record(actor=actor, action="access.session:sign_in", target=f"access.user:{user.pk}")


def one_entry(user: Any) -> dict[str, Any]:
    """The newest sealed entry."""
    some_entries(user)
    entry = AuditEntry.objects.exclude(before=None).latest("id")
    return {"entry_id": entry.pk}


PAGES.register_all(
    [
        PageCase("audit.entries", "audit:entries", prepare=some_entries),
        PageCase("audit.entry", "audit:entry", prepare=one_entry),
    ]
)
