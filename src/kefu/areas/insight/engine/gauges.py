"""Live gauges: numbers of this moment, read from the wallboard's payload. They have no facts, so rules watch them live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from kefu.kernel.metrics import Direction, Unit

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STALE_SECONDS = 120
"""A payload older than that tells nothing about now, except that it is silent."""

Values = dict[str, float]
"""Member code → value; the whole centre is ``""``."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """One live number; ``read(payload, now)`` finds it for the centre and along each of ``dimensions``."""

    code: str
    name: StrOrPromise
    unit: Unit
    direction: Direction
    dimensions: tuple[str, ...]
    read: Callable[[Mapping[str, Any], datetime], dict[str, Values]]
    survives_silence: bool = False


def _waiting(wall: Mapping[str, Any], now: datetime) -> dict[str, Values]:
    sites: Values = {}
    for queue in wall["queues"]:
        if queue["site"]:
            key = str(queue["site"]["id"])
            sites[key] = sites.get(key, 0) + queue["waiting"]
    queues = {queue["code"]: float(queue["waiting"]) for queue in wall["queues"]}
    return {"": {"": float(wall["totals"]["waiting"])}, "queue": queues, "site": sites}


def _longest(wall: Mapping[str, Any], now: datetime) -> dict[str, Values]:
    queues = {queue["code"]: _age(queue["longest_wait_since"], now) for queue in wall["queues"]}
    sites: Values = {}
    for queue in wall["queues"]:
        if queue["site"]:
            key = str(queue["site"]["id"])
            sites[key] = max(sites.get(key, 0), queues[queue["code"]])
    return {"": {"": _age(wall["totals"]["longest_wait_since"], now)}, "queue": queues, "site": sites}


def _online(wall: Mapping[str, Any], now: datetime) -> dict[str, Values]:
    return {"": {"": float(wall["totals"]["online"])}}


def _silence(wall: Mapping[str, Any], now: datetime) -> dict[str, Values]:
    silent = {alarm["name"]: _age(alarm["since"], now) for alarm in wall["alarms"] if alarm["kind"] == "source_silent"}
    own = _age(wall["as_of"], now)
    return {"": {"": max([own if own > STALE_SECONDS else 0.0, *silent.values()])}, "source": silent}


def _age(since: str | None, now: datetime) -> float:
    if not since:
        return 0.0
    return max((now - datetime.fromisoformat(since)).total_seconds(), 0.0)


GAUGES: Mapping[str, Gauge] = {
    gauge.code: gauge
    for gauge in (
        Gauge("waiting", _("当前排队"), Unit.COUNT, Direction.DOWN, ("", "queue", "site"), _waiting),
        Gauge("longest_wait", _("最长等待"), Unit.SECONDS, Direction.DOWN, ("", "queue", "site"), _longest),
        Gauge("agents_online", _("在线坐席"), Unit.COUNT, Direction.UP, ("",), _online),
        Gauge(
            "source_silence",
            _("话务源静默时长"),
            Unit.SECONDS,
            Direction.DOWN,
            ("", "source"),
            _silence,
            survives_silence=True,
        ),
    )
}
"""The gauges that rules can watch."""


def read_all(wall: Mapping[str, Any], now: datetime) -> dict[str, dict[str, Values]]:
    """Gauge → dimension → member → value; of a payload that has grown old only what survives silence."""
    is_stale = _age(wall.get("as_of"), now) > STALE_SECONDS
    return {g.code: g.read(wall, now) for g in GAUGES.values() if g.survives_silence or not is_stale}
