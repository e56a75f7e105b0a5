"""The answer to a scraper: counters of all processes, gauges from the database, in Prometheus's text format."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator

from django.db import DatabaseError
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from kefu.platform.telemetry.processes import VARIABLE
from kefu.platform.telemetry.registry import GAUGES, ScrapeGauge

logger = logging.getLogger(__name__)

CONTENT_TYPE = CONTENT_TYPE_LATEST


class GaugeCollector(Collector):
    """Reads every registered gauge; one that fails is left out and counted, the others are still told."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The families, each with its samples."""
        failed = 0.0
        started = time.perf_counter()
        for gauge in GAUGES:
            try:
                yield _family(gauge)
            except DatabaseError:
                logger.exception("gauge %s cannot be read", gauge.name)
                failed += 1
        yield GaugeMetricFamily("kefu_gauges_failed", "Gauges that could not be read", value=failed)
        yield GaugeMetricFamily("kefu_gauges_seconds", "Time to read the gauges", value=time.perf_counter() - started)


def _family(gauge: ScrapeGauge) -> GaugeMetricFamily:
    samples = list(gauge.read())
    names = list(samples[0][0]) if samples else []
    family = GaugeMetricFamily(gauge.name, gauge.help, labels=names)
    for labels, value in samples:
        family.add_metric([labels[name] for name in names], value)
    return family


def answer() -> bytes:
    """Everything there is to tell now."""
    registry = CollectorRegistry()
    if VARIABLE in os.environ:
        MultiProcessCollector(registry)
        counters = generate_latest(registry)
    else:
        counters = generate_latest(REGISTRY)
    gauges = CollectorRegistry()
    gauges.register(GaugeCollector())
    return counters + generate_latest(gauges)
