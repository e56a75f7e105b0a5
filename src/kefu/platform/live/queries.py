"""Reads of snapshots, for pages about the hub."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Func, IntegerField

from kefu.platform.live.models import Snapshot


def recent_topics(limit: int = 50) -> Sequence[dict[str, Any]]:
    """The topics published last: topic, version, size in bytes, instant."""
    size = Func("body", function="octet_length", output_field=IntegerField())
    rows = Snapshot.objects.annotate(size=size).order_by("-published_at")
    return [dict(row) for row in rows.values("topic", "version", "size", "published_at")[:limit]]


def newest(topic: str) -> str | None:
    """The newest snapshot of a topic as JSON text, so that a page need not wait for its stream."""
    return Snapshot.objects.filter(topic=topic).values_list("body", flat=True).first()
