"""Gauges that apps offer: read from the database when somebody scrapes, not kept in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kefu.kernel.registry import Registry

Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True, slots=True)
class ScrapeGauge:
    """One gauge: ``read`` answers its samples with one cheap statement."""

    name: str
    help: str
    read: Callable[[], Iterable[Sample]]


GAUGES: Registry[ScrapeGauge] = Registry("gauge", key=lambda gauge: gauge.name)


def gauge(name: str, help: str) -> Callable[[Callable[[], Iterable[Sample]]], Callable[[], Iterable[Sample]]]:
    """Register a function that answers ``(labels, value)`` pairs as the gauge ``kefu_<name>``."""

    def register(read: Callable[[], Iterable[Sample]]) -> Callable[[], Iterable[Sample]]:
        GAUGES.register(ScrapeGauge(f"kefu_{name}", help, read))
        return read

    return register
