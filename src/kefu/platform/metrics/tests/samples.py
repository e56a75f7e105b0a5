"""Sample facts in tables of their own: two families, three grains, a histogram."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps.registry import Apps
from django.db import connection, models
from django.db.models import Q

from kefu.kernel.actor import Actor
from kefu.kernel.metrics import (
    DIMENSIONS,
    FACTS,
    MEASURES,
    METRICS,
    Dimension,
    Direction,
    Fact,
    Grain,
    Kind,
    Measure,
    Member,
    Metric,
    Unit,
    total,
)
from kefu.kernel.permissions import Scope

ISOLATED = Apps()


class Base(models.Model):
    """Columns of every sample fact."""

    day = models.DateField()
    queue_id = models.IntegerField(null=True)
    node_id = models.IntegerField(null=True)
    offered = models.BigIntegerField(default=0)
    answered = models.IntegerField(default=0)
    abandoned = models.IntegerField(default=0)
    seconds = models.IntegerField(default=0)
    state = models.CharField(max_length=10, default="talk")

    class Meta:
        abstract = True
        apps = ISOLATED
        app_label = "samples"


class SampleSlot(Base):
    """Quarter-hour rows."""

    slot_of_day = models.SmallIntegerField()

    class Meta(Base.Meta):
        abstract = False
        ordering = ["-day"]


class SampleDay(Base):
    """Daily rows."""

    class Meta(Base.Meta):
        abstract = False


class SampleMonth(Base):
    """Monthly rows."""

    class Meta(Base.Meta):
        abstract = False


class SampleTime(Base):
    """A second family."""

    slot_of_day = models.SmallIntegerField()

    class Meta(Base.Meta):
        abstract = False


class SampleWait(Base):
    """A histogram of waits."""

    bucket = models.SmallIntegerField()

    class Meta(Base.Meta):
        abstract = False


MODELS = (SampleSlot, SampleDay, SampleMonth, SampleTime, SampleWait)
BOUNDS = (0.0, 10.0, 20.0, 40.0)


def visible(scope: Scope) -> Q:
    """Rows of the scope's nodes."""
    return Q(node_id__in=scope.node_ids)


def link(filters: Any) -> str:
    """The rows behind a number."""
    return "/rows/?" + "&".join(f"{k}={v}" for k, v in sorted(filters.items()))


QUEUES = {1: "east", 2: "west", 3: "north"}


def _resolve(codes: Sequence[str]) -> dict[str, int]:
    return {name: key for key, name in QUEUES.items() if name in codes}


def _members(keys: Sequence[int]) -> dict[int, Member]:
    return {key: Member(key, QUEUES[key], QUEUES[key].title()) for key in keys if key in QUEUES}


def _options(viewer: Actor | None) -> list[Member]:
    return [Member(k, v, v.title()) for k, v in QUEUES.items()]


ROWS = Dimension("s_queue", "Queue", _resolve, _members, _options)
SPLIT = {"s_queue": "queue_id", "s_team": "node_id"}
NODES = Dimension("s_team", "Team", lambda codes: {}, lambda keys: {}, lambda viewer: [])
FACT_LIST = (
    Fact("s.slot", "slots", SampleSlot, SPLIT, "s", node_column="node_id", visible=visible, rows_url=link),
    Fact("s.day", "days", SampleDay, SPLIT, "s", Grain.DAY, node_column="node_id", visible=visible, rows_url=link),
    Fact("s.month", "months", SampleMonth, SPLIT, "s", Grain.MONTH, node_column="node_id", visible=visible),
    Fact("s.time", "time", SampleTime, SPLIT, node_column="node_id"),
    Fact(
        "s.wait",
        "waits",
        SampleWait,
        {"s_queue": "queue_id"},
        grain=Grain.DAY,
        node_column="node_id",
        bucket_column="bucket",
        bounds=BOUNDS,
    ),
)
MEASURE_LIST = (
    Measure("s.offered", "offered", "s", "offered"),
    Measure("s.answered", "answered", "s", "answered"),
    Measure("s.abandoned", "abandoned", "s", "abandoned"),
    Measure("s.talk", "talk", "s.time", "seconds", (("state", ("talk",)),)),
    Measure("s.all", "all", "s.time", "seconds"),
    Measure("s.waits", "waits", "s.wait", "offered"),
)
P, U = Unit.PERCENT, Direction.UP
METRIC_LIST = (
    Metric("s_offered", "Offered", Unit.COUNT, Direction.NEUTRAL, Kind.BASE, total("s.offered")),
    Metric(
        "s_rate.a",
        "Rate A",
        P,
        U,
        Kind.RATIO,
        total("s.answered"),
        total("s.answered", "s.abandoned"),
        variant_of="s_rate",
        default_variant=True,
        proportion=True,
        target=0.8,
        minimum_n=30,
    ),
    Metric(
        "s_rate.b",
        "Rate B",
        P,
        U,
        Kind.RATIO,
        total("s.answered"),
        total("s.offered", "-s.abandoned"),
        variant_of="s_rate",
    ),
    Metric("s_busy", "Busy", P, Direction.BAND, Kind.RATIO, total("s.talk"), total("s.all"), band=(0.75, 0.88)),
    Metric("s_per_hour", "Per hour", Unit.PER_HOUR, U, Kind.RATIO, total("s.answered"), total("s.all"), scale=3600),
    Metric("s_wait_p50", "Median", Unit.SECONDS, Direction.DOWN, Kind.DISTRIBUTION, total("s.waits"), quantile=0.5),
    Metric("s_now", "Now", Unit.COUNT, Direction.DOWN, Kind.SNAPSHOT),
)


@contextmanager
def registered() -> Iterator[None]:
    """The sample catalogue, taken out again afterwards."""
    registries = ((DIMENSIONS, [ROWS, NODES]), (FACTS, FACT_LIST), (MEASURES, MEASURE_LIST), (METRICS, METRIC_LIST))
    before = [dict(registry._items) for registry, _items in registries]
    try:
        for registry, items in registries:
            registry.register_all(list(items))
        yield
    finally:
        for (registry, _items), items in zip(registries, before, strict=True):
            registry._items.clear()
            registry._items.update(items)


@contextmanager
def tables() -> Iterator[None]:
    """The sample tables, inside the test's transaction."""
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    yield
