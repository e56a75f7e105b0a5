"""Rows for tests of pages and API."""

from __future__ import annotations

import io
import wave
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np

from kefu.areas.calls.models import Contact, Disposition, Queue, QueueVisit, RingAttempt, Source
from kefu.kernel import clock
from kefu.platform.partitions import monthly
from kefu.platform.privacy.services import tokenise


def make_source(code: str = "pbx1", kind: str = "asterisk-queue-log") -> Source:
    """A source."""
    return Source.objects.get_or_create(code=code, defaults={"name": "主平台", "kind": kind})[0]


def make_queue(code: str = "tariff", name: str = "资费查询", **values: Any) -> Queue:
    """An arranged queue."""
    return Queue.objects.get_or_create(code=code, defaults={"name": name, "is_arranged": True, **values})[0]


def make_visit(
    *, at: datetime | None = None, outcome: str = "answered", wait: int = 8, talk: int = 120, wrap: int = 30,
    queue: Queue | None = None, agent: Any = None, source: Source | None = None, caller: str = "13800006621",
    **values: Any,
) -> QueueVisit:  # fmt: skip
    """A visit and its contact."""
    at = at or clock.now().replace(microsecond=0) - timedelta(minutes=10)
    day = clock.local_date(at)
    monthly.ensure_days([QueueVisit, Contact, RingAttempt], {day, day + timedelta(days=1)})
    answered = outcome == "answered"
    token = tokenise("phone", [caller])[caller]
    left = at + timedelta(seconds=wait)
    given: dict[str, Any] = {
        "id": uuid4(), "day": day, "source": source or make_source(), "contact_id": uuid4(),
        "call_key": f"call-{uuid4().hex[:8]}", "queue": queue or make_queue(), "agent": agent if answered else None,
        "caller_token": token, "entered_at": at, "slot_at": clock.slot_start(at), "local_slot": clock.local_slot(at),
        "answered_at": left if answered else None, "ended_at": left + timedelta(seconds=talk if answered else 0),
        "outcome": outcome, "wait_seconds": wait, "talk_seconds": talk if answered else 0,
        "wrap_seconds": wrap if answered else 0, "handle_seconds": talk + wrap if answered else 0,
        "target_seconds": 20, "is_within_target": wait <= 20, "released_by": "caller" if answered else "",
    }  # fmt: skip
    visit = QueueVisit.objects.create(**(given | values))
    Contact.objects.get_or_create(
        id=visit.contact_id,
        day=day,
        defaults={
            "source": visit.source, "call_key": visit.call_key, "journey_id": visit.contact_id, "started_at": at,
            "caller_token": token, "visits": 1,
        },
    )  # fmt: skip
    return visit


def make_disposition(code: str = "tariff", name: str = "资费咨询", **values: Any) -> Disposition:
    """A code with which calls are summed up."""
    return Disposition.objects.get_or_create(code=code, defaults={"name": name, **values})[0]


def make_wav(seconds: float = 4, rate: int = 8000) -> io.BytesIO:
    """Two voices that take turns."""
    frames = int(seconds * rate)
    turn = np.sin(np.arange(frames) / rate * np.pi / 2)
    noise = np.random.default_rng(5).normal(0, 6000, (frames, 2))
    samples = np.clip(noise * np.stack([np.maximum(turn, 0), np.maximum(-turn, 0)], axis=1), -32768, 32767)
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    stream.seek(0)
    return stream
