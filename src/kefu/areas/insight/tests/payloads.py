"""A wallboard payload for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from kefu.areas.insight.engine.payload import VERSION, AgentNow, QueueNow, Wall

STATES = {"ready": 1, "ringing": 0, "talking": 2, "holding": 0, "wrap_up": 1, "not_ready": 0, "offline": 0}


def iso(instant: datetime) -> str:
    """An instant as it travels."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def agent(number: int, state: str, since: datetime, **more: Any) -> AgentNow:
    """One tile."""
    base: dict[str, Any] = {
        "id": number,
        "code": f"80{number:02d}",
        "name": f"坐席{number}",
        "team": {"id": 31, "name": "城东一班"},
        "state": state,
        "reason": "",
        "since": iso(since),
        "queue": None,
        "limit_seconds": None,
        "alarm": "",
    }
    return {**base, **more}  # type: ignore[return-value]


def wall(*, waiting: int = 3, now: datetime | None = None, tiles: int = 4) -> Wall:
    """A whole board with ``waiting`` calls in its one queue."""
    at = now or datetime.now(UTC)
    states = ["talking", "ready", "wrap_up", "talking"]
    agents = [agent(i + 1, states[i % 4], at - timedelta(seconds=30)) for i in range(tiles)]
    agents[0]["alarm"] = "long_talk"
    level = {"numerator": 80, "denominator": 100, "n": 100}
    since = iso(at - timedelta(seconds=42)) if waiting else None
    queue: QueueNow = {
        "id": 7,
        "code": "tariff",
        "name": "资费查询",
        "site": {"id": 3, "name": "城东"},
        "waiting": waiting,
        "longest_wait_since": since,
        "agents": STATES,  # type: ignore[typeddict-item]
        "metrics": {"service_level.f3": level, "abandon_rate": {"numerator": 4, "denominator": 100, "n": 100}},  # type: ignore[typeddict-item]
    }
    return {
        "v": VERSION,
        "as_of": iso(at),
        "tz": "Asia/Shanghai",
        "day": at.date().isoformat(),
        "scope": {"key": "all", "kind": "all", "id": None, "name": "全中心"},
        "totals": {
            "waiting": waiting,
            "waiting_before": 1,
            "longest_wait_since": since,
            "longest_wait_queue": "tariff" if waiting else None,
            "agents": STATES,  # type: ignore[typeddict-item]
            "online": tiles,
            "known": tiles + 2,
            "metrics": {"service_level.f3": level},  # type: ignore[typeddict-item]
        },
        "queues": [queue],
        "agents": agents,
        "agents_total": tiles,
        "series": {
            "step_minutes": 30,
            "offered": [i if i < 20 else None for i in range(48)],
            "offered_last_week": list(range(48)),
            "service_level": [(8, 10) if i < 20 else None for i in range(48)],
        },
        "alarms": [
            {
                "kind": "long_wait",
                "tone": "bad",
                "queue": "tariff",
                "agent": None,
                "name": "资费查询",
                "since": since,
                "value": None,
                "limit": 30,
            }
        ],
    }
