"""Forgets idempotency keys after two days."""

from __future__ import annotations

from datetime import datetime, timedelta

from kefu.platform.api.models import IdempotencyRecord
from kefu.platform.jobs.registry import ticker

KEEP = timedelta(days=2)


@ticker("api.forget_idempotency_keys", every=1800.0)
def forget_idempotency_keys(now: datetime) -> int:
    """Delete the answers that nobody will ask for again; returns how many."""
    deleted, _per_model = IdempotencyRecord.objects.filter(created_at__lt=now - KEEP).delete()
    return deleted
