"""Publishing: the newest snapshot of a topic is stored, and readers are told that there is a newer one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from kefu.platform.live.models import Snapshot

CHANNEL = "kefu_live"
TOPIC = re.compile(r"[a-z0-9_.:-]{1,120}")
NOTICE_BYTES = 7000
"""PostgreSQL refuses notices of 8,000 bytes and more."""

UPSERT = """
INSERT INTO live_snapshot AS old (topic, version, body, published_at)
SELECT topic, 1, body, now() FROM unnest(%s::text[], %s::text[]) AS new (topic, body) ORDER BY topic
ON CONFLICT (topic) DO UPDATE
SET version = old.version + 1, body = EXCLUDED.body, published_at = EXCLUDED.published_at
"""


def publish(topic: str, payload: Mapping[str, Any]) -> None:
    """Store ``payload`` as the newest snapshot of ``topic`` and tell its readers when the transaction commits."""
    publish_many({topic: payload})


def publish_many(payloads: Mapping[str, Mapping[str, Any]]) -> None:
    """Publish several topics with one statement and one notice.

    Topics are lower-case letters, digits and ``_ . : -``; another raises ``ValueError``.
    """
    for topic in payloads:
        if not TOPIC.fullmatch(topic):
            raise ValueError(f"{topic!r} is no topic")
    if not payloads:
        return
    bodies = [
        json.dumps(payload, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
        for payload in payloads.values()
    ]
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [list(payloads), bodies])
        for notice in _notices(list(payloads)):
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, notice])


def _notices(topics: list[str]) -> Iterator[str]:
    """The topics in as few notices as PostgreSQL takes."""
    part: list[str] = []
    size = 0
    for topic in topics:
        if part and size + len(topic) + 1 > NOTICE_BYTES:
            yield " ".join(part)
            part, size = [], 0
        part.append(topic)
        size += len(topic) + 1
    yield " ".join(part)


def prune(*, before: datetime) -> int:
    """Forget the snapshots last published before then; how many."""
    return Snapshot.objects.filter(published_at__lt=before).delete()[0]
