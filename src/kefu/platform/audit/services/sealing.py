"""The sealer: chains committed entries in batches, so that no writer ever waits for the head of the chain."""

from __future__ import annotations

import os
from datetime import datetime

from django.db import connection, transaction

from kefu.platform.audit import rules
from kefu.platform.audit.models import AuditEntry, AuditSeal

_SEALER_LOCK = 0x6B656675_0002
_BATCH = 5_000

# Whatever is visible is committed; what is not yet sealed carries no place, so an entry whose transaction ends late
# simply joins the chain late. Nothing is passed over as it would be by "id greater than the last one", and no
# long transaction elsewhere holds the sealing up as waiting for the oldest running one would.
_READY = "SELECT id FROM audit_auditentry WHERE seq IS NULL ORDER BY id LIMIT %s"


def seal(now: datetime, *, batch: int = _BATCH) -> int:
    """Chain all committed entries; returns how many. Only one sealer works at a time, others return 0 at once."""
    total = 0
    while sealed := _seal_batch(now, batch):
        total += sealed
        if sealed < batch:
            break
    return total


def _seal_batch(now: datetime, batch: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_READY, [batch])
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return 0
        last = AuditSeal.objects.order_by("-last_seq").first()
        first_seq = last.last_seq + 1 if last else 1
        head = bytes(last.hash) if last else rules.GENESIS
        seqs, befores, hashes, salts, proofs = [], [], [], [], []
        entries = AuditEntry.objects.filter(pk__in=ids).order_by("id").values(*rules.HASHED_FIELDS)
        ordered = []
        for seq, entry in enumerate(entries.iterator(), start=first_seq):
            befores.append(head)
            salt = os.urandom(rules.SALT_BYTES)
            proof = rules.proof_of(entry, salt)
            salts.append(salt)
            proofs.append(proof)
            head = rules.link(head, seq, entry, proof)
            ordered.append(entry["id"])
            seqs.append(seq)
            hashes.append(head)
        cursor.execute(
            """
            UPDATE audit_auditentry AS entry
            SET seq = sealed.seq, previous = sealed.previous, hash = sealed.hash, sealed_at = %s,
                salt = sealed.salt, proof = sealed.proof
            FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[])
                AS sealed(id, seq, previous, hash, salt, proof)
            WHERE entry.id = sealed.id AND entry.seq IS NULL
            """,
            [now, ordered, seqs, befores, hashes, salts, proofs],
        )
        if cursor.rowcount != len(ordered):
            raise RuntimeError("The sealer met an entry that was sealed by somebody else")
        AuditSeal.objects.create(sealed_at=now, first_seq=first_seq, last_seq=seqs[-1], hash=head)
    return len(ordered)
