"""Taking in the rows of an export: CSV or xlsx, under the mapping that belongs to the source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import blake2b
from itertools import islice
from typing import Any, BinaryIO

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from kefu.areas.calls.choices import SourceKind
from kefu.areas.calls.engine.rows import Mapping, MappingError, parse_mapping
from kefu.areas.calls.engine.rows.delivery import delivered_rows
from kefu.areas.calls.models import CallEvent, RawEvent, Source
from kefu.areas.calls.services.fold import fold_days, fold_pending
from kefu.areas.calls.services.intake import Intake, Refused, take_in
from kefu.areas.calls.services.sources import ensure_source
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput

AT_ONCE = 2000
Progress = Callable[[int, int | None], None]


def read_mapping(text: str | dict[str, Any]) -> Mapping:
    """The mapping written in ``text``; raises ``InvalidInput`` that says where it is wrong."""
    try:
        return parse_mapping(text)
    except MappingError as error:
        raise InvalidInput(_("列映射有误：%(why)s") % {"why": error}, field="mapping", code="bad_mapping") from None


def ensure_row_source(*, actor: Actor, code: str, mapping: Mapping | None, name: str = "") -> Source:
    """The source of rows called ``code``, made when there is none; a mapping given becomes its mapping.

    Where it reads rows otherwise than the mapping before, everything the source has delivered is read anew.

    The source's days are those of the mapping's time zone. Raises ``InvalidInput`` when there is no mapping at all.
    """
    before = Source.objects.filter(code=code).values_list("options__mapping", flat=True).first()
    source = ensure_source(
        actor=actor,
        code=code,
        kind=SourceKind.ROWS,
        time_zone=mapping.time_zone if mapping else "",
        name=name,
        options={"mapping": mapping.document} if mapping else None,
    )
    if not source.options.get("mapping"):
        raise InvalidInput(
            _("话务源“%(code)s”还没有列映射：请用 --mapping 指定，或在页面上传映射文件。") % {"code": code},
            field="mapping",
            code="no_mapping",
        )
    if mapping is not None and before and read_mapping(before) != mapping:
        _read_anew(source)
    return source


def _read_anew(source: Source) -> None:
    fold_pending(source)
    days = RawEvent.objects.filter(source=source).aggregate(first=Min("day"), last=Max("day"))
    day = days["first"]
    while day is not None and day <= days["last"]:
        fold_days(source, day, day)
        day += timedelta(days=1)


def import_rows(
    *, actor: Actor, source: Source, stream: BinaryIO, name: str, progress: Progress = lambda done, total: None
) -> Intake:
    """Take in the rows of a file under the source's mapping; rows that cannot be right are set aside with reasons.

    Idempotent, whatever the order of rows and files. A row whose key is taken by a stored row with other content is
    set aside. Raises ``InvalidInput`` for a file that is no such export at all.
    """
    mapping = read_mapping(source.options.get("mapping") or {})
    return take_in(
        actor=actor, source=source, origin=name, lines=_lines(source, mapping, stream, name, progress)
    )  # fmt: skip


def _lines(
    source: Source, mapping: Mapping, stream: BinaryIO, name: str, progress: Progress
) -> Iterator[str | Refused]:
    rows = delivered_rows(stream, mapping, name)
    done = 0
    while chunk := list(islice(rows, AT_ONCE)):
        taken = _taken(source, [row.key for row in chunk if row.key and row.fault is None])
        for row in chunk:
            if row.fault is not None:
                yield Refused(row.line, row.fault.code, row.fault.reason, row.number)
                continue
            known = taken.get(row.key)
            if known is not None and known != blake2b(row.line.encode(), digest_size=16).digest():
                shown = f"{'-'.join(mapping.key)} = {row.key[:100]!r}"
                yield Refused(row.line, "key-taken", shown, row.number)
            else:
                yield row.line
        done += len(chunk)
        progress(done, None)


def _taken(source: Source, keys: list[str]) -> dict[str, bytes]:
    """Call key → hash of the row that bears it, for those that are stored and made into events."""
    rows = CallEvent.objects.filter(source=source, call_key__in=keys, part=0).values_list("call_key", "line_hash")
    return {key: bytes(line_hash) for key, line_hash in rows}
