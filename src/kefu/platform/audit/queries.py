"""Reads of the trail: searching and verifying."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound
from kefu.platform.access.queries import has_permission
from kefu.platform.audit import permissions, rules
from kefu.platform.audit.models import AuditEntry, AuditSeal


def entries_visible_to(viewer: Actor) -> QuerySet[AuditEntry]:
    """The whole trail, or nothing."""
    if not has_permission(viewer, permissions.ENTRY_VIEW):
        return AuditEntry.objects.none()
    return AuditEntry.objects.order_by("-id")


def entry_visible_to(viewer: Actor, entry_id: int) -> AuditEntry:
    """That entry; raises ``NotFound`` when there is none or it may not be seen."""
    entry = entries_visible_to(viewer).filter(pk=entry_id).first()
    if entry is None:
        raise NotFound(_("没有这条审计记录。"))
    return entry


@dataclass(frozen=True, slots=True)
class Verdict:
    """What ``verify`` found. ``why`` is ``changed``, ``unlinked``, ``gap``, ``tail_missing`` or empty.

    ``redacted`` counts entries from which a person's values were taken. ``head`` is the last hash; kept elsewhere, it proves later that nothing before it has changed.
    """

    ok: bool
    sealed: int
    unsealed: int
    head: str
    broken_id: int | None = None
    broken_seq: int | None = None
    why: str = ""
    redacted: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The verdict as JSON-able values."""
        return asdict(self)


def verify() -> Verdict:
    """Compute the whole chain anew and compare; reports the first broken row and why.

    ``changed``: the row's content is not what was sealed; ``unlinked``: it is not chained to the row before it;
    ``gap``: a row is missing before it; ``tail_missing``: rows at the end, or seals, are missing.
    """
    with transaction.atomic():
        seals = {seal.last_seq: bytes(seal.hash) for seal in AuditSeal.objects.all()}
        unsealed = AuditEntry.objects.filter(seq__isnull=True).count()
        head = rules.GENESIS
        seq = redacted = 0
        rows = (
            AuditEntry.objects.filter(seq__isnull=False)
            .order_by("seq")
            .values(*rules.HASHED_FIELDS, "seq", "previous", "hash", "salt", "proof", "redacted_at")
        )
        for row in rows.iterator(chunk_size=2_000):
            why = ""
            if row["seq"] != seq + 1:
                why = "gap"
            elif bytes(row["previous"]) != head:
                why = "unlinked"
            else:
                known = bytes(row["hash"])
                if not rules.is_as_sealed(row, row["seq"], head) or seals.get(row["seq"], known) != known:
                    why = "changed"
                redacted += row["redacted_at"] is not None
            if why:
                return Verdict(False, seq, unsealed, head.hex(), row["id"], row["seq"], why)
            head, seq = known, row["seq"]
        if max(seals, default=0) != seq:
            return Verdict(False, seq, unsealed, head.hex(), None, seq + 1, "tail_missing")
    return Verdict(True, seq, unsealed, head.hex(), redacted=redacted)
