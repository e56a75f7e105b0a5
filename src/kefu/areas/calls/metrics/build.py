"""Short ways to write down a KPI of this room: what they all share is said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from kefu.kernel.metrics import Direction, Kind, Metric, Term, Unit, total

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OWNER = _("话务")
Terms = tuple[Term, ...]
UP, DOWN, BAND, NEUTRAL = Direction.UP, Direction.DOWN, Direction.BAND, Direction.NEUTRAL
ROWS: Mapping[str, Mapping[str, str]] = {o: {"outcome": o} for o in ("answered", "abandoned", "lost", "timeout")}
"""The rows behind a number, by outcome."""


def of(family: str, *columns: str) -> Terms:
    """The sum of columns of a family; a leading ``-`` subtracts."""
    return total(*(f"-{family}.{c[1:]}" if c.startswith("-") else f"{family}.{c}" for c in columns))


def queue(*columns: str) -> Terms:
    """Sums over the visits of queues."""
    return of("calls.queue", *columns)


def agent(*columns: str) -> Terms:
    """Sums over the conversations of agents."""
    return of("calls.agent", *columns)


def state(*columns: str) -> Terms:
    """Sums over the time of agents."""
    return of("calls.state", *columns)


class Chapter:
    """The builder of one chapter of the catalogue, which is every metric's source; ``more`` are further fields."""

    def __init__(self, source: StrOrPromise) -> None:
        self.source = source

    def base(
        self, code: str, name: StrOrPromise, formula: StrOrPromise, what: Terms, *,
        unit: Unit = Unit.COUNT, direction: Direction = NEUTRAL, **more: Any,
    ) -> Metric:  # fmt: skip
        """A sum."""
        return Metric(
            code, name, unit, direction, Kind.BASE, what, formula=formula, owner=OWNER, source=self.source, **more
        )

    def rate(
        self, code: str, name: StrOrPromise, formula: StrOrPromise, part: Terms, whole: Terms, direction: Direction, *,
        proportion: bool = True, **more: Any,
    ) -> Metric:  # fmt: skip
        """A percentage; unless told otherwise the part is counted among the whole and twenty make a sample."""
        return Metric(
            code, name, Unit.PERCENT, direction, Kind.RATIO, part, whole, formula=formula, owner=OWNER,
            source=self.source, proportion=proportion, minimum_n=20 if proportion else 0, **more,
        )  # fmt: skip

    def mean(
        self, code: str, name: StrOrPromise, formula: StrOrPromise, seconds: Terms, count: Terms,
        direction: Direction, *, rows: str = "answered", **more: Any,
    ) -> Metric:  # fmt: skip
        """Seconds per visit; ten make a sample."""
        return Metric(
            code, name, Unit.SECONDS, direction, Kind.RATIO, seconds, count, formula=formula, owner=OWNER,
            source=self.source, minimum_n=10, rows=ROWS[rows], **more,
        )  # fmt: skip

    def quantile(self, code: str, name: StrOrPromise, formula: StrOrPromise, what: Terms, percent: int) -> Metric:
        """A percentile out of a histogram."""
        return Metric(
            code, name, Unit.SECONDS, DOWN, Kind.DISTRIBUTION, what, formula=formula, quantile=percent / 100,
            minimum_n=20, owner=OWNER, source=self.source, rows=ROWS["answered"],
        )  # fmt: skip
