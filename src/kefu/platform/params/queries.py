"""Reads: the value of a parameter now or at any instant, and how it came about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kefu.kernel import clock
from kefu.platform.params import rules
from kefu.platform.params.models import ParamChange
from kefu.platform.params.registry import PARAMS, Param, Value


def value(code: str, *, at: datetime | None = None) -> Value:
    """The value in force at ``at`` (now when left out); the declared default when nobody changed it."""
    return values([code], at)[code]


def values(codes: Iterable[str], at: datetime | None = None) -> dict[str, Value]:
    """Several values in force at ``at``, in one statement."""
    params = [PARAMS.get(code) for code in codes]
    found = _in_force([param.code for param in params], at or clock.now())
    return {param.code: _typed(param, found.get(param.code)) for param in params}


def history(code: str) -> list[ParamChange]:
    """All changes of the parameter, newest first, withdrawn ones included."""
    PARAMS.get(code)
    return list(ParamChange.objects.filter(code=code).order_by("-version"))


def version(code: str) -> int:
    """The number of the newest change, 0 when there is none: what an editor started from."""
    newest = ParamChange.objects.filter(code=code).order_by("-version").values_list("version", flat=True).first()
    return newest or 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A parameter with its value now and what is scheduled."""

    param: Param
    value: Value
    version: int
    change: ParamChange | None
    scheduled: tuple[ParamChange, ...]

    @property
    def is_default(self) -> bool:
        """Whether the declared default is in force."""
        return self.value == self.param.default


def standings(now: datetime) -> list[Standing]:
    """Every declared parameter as it stands, by room and code, in one statement."""
    changes: dict[str, list[ParamChange]] = {}
    for change in ParamChange.objects.order_by("code", "-version"):
        changes.setdefault(change.code, []).append(change)
    result = []
    for param in sorted(PARAMS, key=lambda p: p.code):
        known = changes.get(param.code, [])
        live = [change for change in known if change.withdrawn_at is None]
        past = [change for change in live if change.effective_at <= now]
        current = max(past, key=lambda c: (c.effective_at, c.version), default=None)
        result.append(
            Standing(
                param=param,
                value=_typed(param, current),
                version=known[0].version if known else 0,
                change=current,
                scheduled=tuple(
                    sorted((c for c in live if c.effective_at > now), key=lambda c: (c.effective_at, c.version))
                ),
            )
        )
    return result


def _in_force(codes: list[str], at: datetime) -> dict[str, ParamChange]:
    rows = (
        ParamChange.objects.filter(code__in=codes, effective_at__lte=at, withdrawn_at__isnull=True)
        .order_by("code", "-effective_at", "-version")
        .distinct("code")
    )
    return {row.code: row for row in rows}


def _typed(param: Param, change: ParamChange | None) -> Value:
    if change is None or change.value is None:
        return param.default
    return rules.from_json(param, change.value)
