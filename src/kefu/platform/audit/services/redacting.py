"""Taking the values of an erased person out of the trail; the chain stays whole."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.platform.audit.models import AuditEntry
from kefu.platform.audit.services.sealing import seal
from kefu.platform.privacy.finding import Finder

_BATCH = 500
_TEXTS = ("actor_label", "cause", "target", "reason")
_WHERE = " OR ".join(f"{field}::text ~* %s" for field in (*_TEXTS, "before", "after"))


def redact(finder: Finder, *, actor: Actor, reason: str) -> int:
    """Replace the values wherever the trail holds them, and say in the trail how often; returns how many entries.

    The caller has authorised ``actor``. What was recorded a moment ago is sealed first: only sealed entries can be
    redacted, because their proof must stand before the values go.
    """
    if not finder:
        return 0
    seal(clock.now())
    done = 0
    while changed := _redact_batch(finder):
        done += changed
    if done:
        auditing.record(
            actor=actor, action="audit.entry:redact", target="audit.entry", after={"entries": done}, reason=reason
        )
    return done


def _redact_batch(finder: Finder) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM audit_auditentry WHERE seq IS NOT NULL AND ({_WHERE}) ORDER BY id LIMIT %s FOR UPDATE",  # noqa: S608 (names of our own columns)
            [*[finder.sql] * (len(_TEXTS) + 2), _BATCH],
        )
        ids = [row[0] for row in cursor.fetchall()]
        now = clock.now()
        for entry in AuditEntry.objects.filter(Q(pk__in=ids)):
            changed: dict[str, Any] = {field: finder.replaced(getattr(entry, field)) for field in _TEXTS}
            changed |= {field: finder.replaced_in(getattr(entry, field)) for field in ("before", "after")}
            AuditEntry.objects.filter(pk=entry.pk).update(**changed, salt=None, redacted_at=now)
    return len(ids)
