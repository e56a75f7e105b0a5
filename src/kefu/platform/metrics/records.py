"""Rows as plain records: what the command line and the interface answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kefu.kernel.metrics import Member, Row
from kefu.platform.metrics import queries


def of(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows as JSON-able records, members by their codes, sorted by metric as asked and then by label."""
    members = queries.names(rows)
    order = {code: i for i, code in enumerate(dict.fromkeys(row.metric for row in rows))}
    records = []
    for row in rows:
        record: dict[str, Any] = {"metric": row.metric}
        for code, value in zip(row.by, row.key, strict=True):
            record[code] = label(code, value, members)
        record |= {"numerator": row.numerator, "denominator": row.denominator, "value": row.value, "n": row.n}
        records.append(record)
    by = rows[0].by if rows else ()
    return sorted(records, key=lambda r: (order[r["metric"]], *(str(r[code] or "") for code in by)))


def label(code: str, value: Any, members: Mapping[str, Mapping[int, Member]]) -> str | None:
    """One value of a dimension as text: a date, a time of day, or a member's code."""
    if value is None:
        return None
    if isinstance(value, date):
        return value.isoformat()
    if code in members:
        member = members[code].get(value)
        return member.code if member else str(value)
    return str(value)
