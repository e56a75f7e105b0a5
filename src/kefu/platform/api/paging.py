"""Paging by key: the same cost on every page, nothing skipped or doubled while rows arrive."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from kefu.kernel.errors import InvalidInput
from kefu.platform.api.schemas import KeysetPage, PageQuery

__all__ = ["KeysetPage", "PageQuery", "keyset_page", "read_cursor", "write_cursor"]

M = TypeVar("M", bound=Model)
SALT = "kefu.api.cursor"


class _Serializer(signing.JSONSerializer):
    def dumps(self, obj: Any) -> bytes:
        return json.dumps(obj, separators=(",", ":"), default=_exact).encode()


def _exact(value: Any) -> str:
    """Dates keep their microseconds (Django's encoder cuts them, which would repeat rows)."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def keyset_page(
    queryset: QuerySet[M],
    query: PageQuery,
    *,
    order: Sequence[str] = ("-id",),
    present: Callable[[M], Any] | None = None,
) -> dict[str, Any]:
    """One page of ``queryset`` as the value of a ``KeysetPage[...]`` response.

    ``order`` names fields that are never null; the last must be unique. ``present`` turns a row into what is
    answered. Raises ``InvalidInput`` for a cursor that is not ours or belongs to another list.
    """
    rows = queryset.order_by(*order)
    label = f"{queryset.model._meta.label_lower}:{','.join(order)}"
    if query.cursor:
        rows = rows.filter(_after(queryset, order, read_cursor(query.cursor, label)))
    found = list(rows[: query.limit + 1])
    more = len(found) > query.limit
    found = found[: query.limit]
    last = [_value(found[-1], field.lstrip("-")) for field in order] if more else None
    return {
        "items": [present(row) for row in found] if present else found,
        "next": write_cursor(last, label) if last is not None else None,
    }


def write_cursor(values: Sequence[Any], label: str) -> str:
    """An opaque cursor that stands for the key ``values`` in the list ``label``."""
    return signing.dumps([label, list(values)], salt=SALT, serializer=_Serializer, compress=True)


def read_cursor(cursor: str, label: str) -> list[Any]:
    """The key values of a cursor; raises ``InvalidInput`` for one that was not written for ``label``."""
    try:
        written, values = signing.loads(cursor, salt=SALT, serializer=_Serializer)
    except (signing.BadSignature, ValueError, TypeError):
        written, values = "", []
    if written != label or not isinstance(values, list):
        raise InvalidInput(_("翻页标记无效，请从第一页重新开始。"), field="cursor", code="bad_cursor")
    return values


def _after(queryset: QuerySet[M], order: Sequence[str], values: list[Any]) -> Q:
    """Rows behind the key: (a, b) after (x, y) is a after x, or a = x and b after y; bounded on a for the index."""
    try:
        typed = [_field(queryset, name.lstrip("-")).to_python(v) for name, v in zip(order, values, strict=True)]
    except (ValidationError, ValueError):
        raise InvalidInput(_("翻页标记无效，请从第一页重新开始。"), field="cursor", code="bad_cursor") from None
    condition = Q()
    same = Q()
    for name, value in zip(order, typed, strict=True):
        field, comparison = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        condition |= same & Q(**{f"{field}__{comparison}": value})
        same &= Q(**{field: value})
    first = order[0]
    bound = Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": typed[0]})
    return bound & condition


def _field(queryset: QuerySet[M], name: str) -> Any:
    field: Any = None
    model: Any = queryset.model
    for part in name.split("__"):
        field = model._meta.get_field(part if part != "pk" else model._meta.pk.name)
        model = getattr(field, "related_model", None)
    return field


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row
