"""Keyset paging: where to go on is a row's own values, so page 10,000 costs what page 1 costs.

PostgreSQL's own order of NULLs is kept (last when ascending, first when descending), so plain indexes serve.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet


@dataclass(frozen=True, slots=True)
class Key:
    """One field of the order."""

    field: str
    descending: bool
    nullable: bool

    @property
    def ordering(self) -> str:
        """For ``order_by``."""
        return f"-{self.field}" if self.descending else self.field

    def reversed(self) -> Key:
        """The same field the other way round."""
        return Key(self.field, not self.descending, self.nullable)


class BadCursor(ValueError):
    """The cursor cannot be read: the address was damaged, or made for another order."""


def keys_for(model: type[Model], ordering: tuple[str, ...]) -> tuple[Key, ...]:
    """The order as keys; fields that are not the model's own (annotations) count as nullable."""
    return tuple(Key(f.lstrip("-"), f.startswith("-"), _is_nullable(model, f.lstrip("-"))) for f in ordering)


def after(keys: tuple[Key, ...], values: tuple[Any, ...]) -> Q:
    """The rows that come behind the row with these values in this order."""
    whole = Q()
    for i, (key, value) in enumerate(zip(keys, values, strict=True)):
        step = _beyond(key, value)
        if step is None:
            continue
        same = Q()
        for earlier, known in zip(keys[:i], values[:i], strict=True):
            same &= Q(**{f"{earlier.field}__isnull": True}) if known is None else Q(**{earlier.field: known})
        whole |= same & step
    first, value = keys[0], values[0]
    if not first.nullable and value is not None and len(keys) > 1:
        # Redundant, but it gives the planner a range on the leading column of the index.
        whole &= Q(**{f"{first.field}__{'lte' if first.descending else 'gte'}": value})
    return whole


def page(
    rows: QuerySet[Any], keys: tuple[Key, ...], size: int, *, cursor: tuple[Any, ...] | None, backward: bool
) -> tuple[list[Any], bool]:
    """Up to ``size`` rows behind (or before) the cursor in the given order, and whether more lie beyond them."""
    way = tuple(k.reversed() for k in keys) if backward else keys
    if cursor is not None:
        rows = rows.filter(after(way, cursor))
    found = list(rows.order_by(*(k.ordering for k in way))[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backward:
        found.reverse()
    return found, more


def values_of(row: Any, keys: tuple[Key, ...]) -> tuple[Any, ...]:
    """The row's place in the order."""
    values = []
    for key in keys:
        found: Any = row
        for step in key.field.split("__"):
            found = None if found is None else getattr(found, step)
        values.append(found)
    return tuple(values)


def encode(values: tuple[Any, ...]) -> str:
    """The place as URL text."""
    text = json.dumps([_pack(v) for v in values], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str, count: int) -> tuple[Any, ...]:
    """The place behind URL text; raises ``BadCursor``."""
    try:
        raw = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(raw, list) or len(raw) != count:
            raise BadCursor(text)
        return tuple(_unpack(v) for v in raw)
    except (ValueError, TypeError, ArithmeticError, LookupError, binascii.Error) as error:
        raise BadCursor(text) from error


def _beyond(key: Key, value: Any) -> Q | None:
    field = key.field
    if value is None:
        # NULLs come last when ascending: nothing lies behind them; first when descending: every value does.
        return Q(**{f"{field}__isnull": False}) if key.descending else None
    if key.descending:
        return Q(**{f"{field}__lt": value})
    later = Q(**{f"{field}__gt": value})
    return later | Q(**{f"{field}__isnull": True}) if key.nullable else later


def _is_nullable(model: type[Model], path: str) -> bool:
    current: Any = model
    nullable = False
    for step in path.split("__"):
        try:
            field = current._meta.get_field(step)
        except (FieldDoesNotExist, AttributeError):
            return step != "pk"
        nullable = nullable or bool(getattr(field, "null", False))
        current = getattr(field, "related_model", None)
    return nullable


_PACKERS: dict[type, str] = {datetime: "dt", date: "d", time: "t", Decimal: "n", UUID: "u"}
_UNPACKERS: dict[str, Any] = {
    "dt": datetime.fromisoformat,
    "d": date.fromisoformat,
    "t": time.fromisoformat,
    "n": Decimal,
    "u": UUID,
    "b": bytes.fromhex,
}


def _pack(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | memoryview):
        return ["b", bytes(value).hex()]
    kind = _PACKERS.get(type(value))
    if kind is None:
        raise TypeError(f"cannot page by a {type(value).__name__}")
    return [kind, value.isoformat() if isinstance(value, date | time) else str(value)]


def _unpack(value: Any) -> Any:
    if isinstance(value, list):
        kind, text = value
        return _UNPACKERS[kind](text)
    if isinstance(value, str) and "\x00" in value:
        raise BadCursor(value)
    if isinstance(value, dict) or (isinstance(value, int) and abs(value) >= 2**63):
        raise BadCursor(str(value))
    return value
