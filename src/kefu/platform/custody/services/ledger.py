"""The ledger of erasures: in the database, and in a file beside it that a restored backup does not bring back in time."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings

from kefu.platform.custody.models import ErasureRecord


def path() -> Path:
    """Where the file is; an installation of several machines puts it on a shared disk."""
    return Path(os.environ.get("KEFU_ERASURE_LEDGER") or Path(settings.HOME) / "erasures.jsonl")


def write(subject_kind: str, subject_ref: str, at: datetime) -> None:
    """Add a line to the file, on the disk when this returns. References only, nothing about the person."""
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"kind": subject_kind, "ref": subject_ref, "at": at.isoformat()})
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def subjects() -> list[tuple[str, str]]:
    """Everybody who was erased, by the file and by the database; a torn line is passed over."""
    found: dict[tuple[str, str], None] = {}
    target = path()
    if target.exists():
        for line in target.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
                found[str(entry["kind"]), str(entry["ref"])] = None
            except (ValueError, KeyError, TypeError):
                continue
    found.update(dict.fromkeys(ErasureRecord.objects.values_list("subject_kind", "subject_ref")))
    return list(found)
