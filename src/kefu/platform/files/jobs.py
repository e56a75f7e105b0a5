"""Deletes files whose time is over, and bytes that no record knows."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from kefu.kernel.actor import Actor
from kefu.platform.files import services
from kefu.platform.files.models import StoredFile
from kefu.platform.files.registry import PURPOSES
from kefu.platform.jobs.registry import ticker

ORPHAN_AFTER = timedelta(days=1)


@ticker("files.expire", every=3600.0)
def expire(now: datetime) -> int:
    """Delete what is older than its purpose keeps it; returns how many (at most 500 a turn)."""
    actor = Actor.system("ticker:files.expire")
    done = 0
    for purpose in PURPOSES:
        if purpose.keep_days is None:
            continue
        old = StoredFile.objects.filter(
            purpose=purpose.code, deleted_at__isnull=True, created_at__lt=now - timedelta(days=purpose.keep_days)
        ).order_by("created_at")[: 500 - done]
        for file in old:
            services.delete_file(actor=actor, file=file, reason=f"kept for {purpose.keep_days} days")
            done += 1
    return done


@ticker("files.sweep", every=24 * 3600.0)
def sweep(now: datetime) -> int:
    """Remove bytes older than a day that belong to no record (a rolled-back upload, a crash); returns how many."""
    root = Path(settings.FILES_ROOT)
    candidates: dict[uuid.UUID, Path] = {}
    removed = 0
    for path in root.rglob("*") if root.is_dir() else ():
        if not path.is_file() or path.stat().st_mtime > (now - ORPHAN_AFTER).timestamp():
            continue
        try:
            candidates[uuid.UUID(path.name)] = path
        except ValueError:
            continue
        if len(candidates) >= 1000:
            removed += _remove_unknown(candidates)
            candidates = {}
    return removed + _remove_unknown(candidates)


def _remove_unknown(candidates: dict[uuid.UUID, Path]) -> int:
    known = set(StoredFile.objects.filter(uid__in=candidates, deleted_at__isnull=True).values_list("uid", flat=True))
    unknown = [path for uid, path in candidates.items() if uid not in known]
    for path in unknown:
        path.unlink(missing_ok=True)
    return len(unknown)
