"""Background work of the calls room: thin entry points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Max, Min
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kefu.areas.calls import services
from kefu.areas.calls.adapters.files import log_lines
from kefu.areas.calls.choices import SourceKind
from kefu.areas.calls.engine.formats import FORMATS
from kefu.areas.calls.models import RawEvent, Source
from kefu.areas.calls.services.receiving import drop_old_receipts
from kefu.kernel.actor import Actor
from kefu.platform.files.models import StoredFile
from kefu.platform.jobs.context import JobContext
from kefu.platform.jobs.registry import job, ticker

Line = TypeVar("Line")
LINES_BETWEEN_NEWS = 20_000


@job("calls.import_file", title=_("导入话务数据"), retries=1)
def import_file(ctx: JobContext, source: str, file: str) -> dict[str, Any]:
    """Take in a kept file and fold it; doing it again changes nothing."""
    row = Source.objects.get(code=source)
    kept = StoredFile.objects.get(uid=file)
    actor = Actor.system(f"job:{ctx.uid}")

    def progress(done: int, total: int | None = None) -> None:
        ctx.progress(done, total, gettext("已读取 %(n)s 行") % {"n": f"{done:,}"})
        ctx.check_cancelled()

    with kept.location.open("rb") as stream:
        if row.kind == SourceKind.ROWS:
            taken = services.import_rows(actor=actor, source=row, stream=stream, name=kept.name, progress=progress)
        else:
            lines = log_lines(stream, kept.name, FORMATS.get(row.kind), row.options)
            told = _telling(lines, progress)
            taken = services.take_in(actor=actor, source=row, origin=kept.name, lines=told)
    ctx.progress(taken.raw, taken.raw, gettext("正在入账"))
    services.fold_pending(row)
    services.refresh()
    return {
        "raw": taken.raw,
        "new": taken.new,
        "set_aside": taken.set_aside,
        "url": f"/calls/sources/{row.code}/" + ("faults/" if taken.set_aside else ""),
    }


def _telling(lines: Iterable[Line], progress: Callable[[int], None]) -> Iterator[Line]:
    """The lines; tells from time to time how many have passed."""
    for number, line in enumerate(lines, start=1):
        yield line
        if number % LINES_BETWEEN_NEWS == 0:
            progress(number)


@job("calls.rebuild", title=_("重建通话数据"), retries=1)
def rebuild(ctx: JobContext, source: str, start: str | None = None, end: str | None = None) -> dict[str, Any]:
    """Normalise and fold the raw lines of some days (all, without dates) again."""
    row = Source.objects.get(code=source)
    services.fold_pending(row)
    bounds = RawEvent.objects.filter(source=row).aggregate(first=Min("day"), last=Max("day"))
    if bounds["first"] is None:
        return {"lines": 0}
    first = max(bounds["first"], date.fromisoformat(start)) if start else bounds["first"]
    last = min(bounds["last"], date.fromisoformat(end)) if end else bounds["last"]
    lines, days, day = 0, (last - first).days + 1, first
    while day <= last:
        ctx.check_cancelled()
        lines += services.fold_days(row, day, day).lines
        day += timedelta(days=1)
        ctx.progress((day - first).days, days, day.isoformat())
    return {"lines": lines, "url": f"/calls/sources/{row.code}/"}


@ticker("calls.receipts", every=60.0)
def forget_receipts(now: datetime) -> None:
    """Receipts of deliveries that are too old to be replayed."""
    drop_old_receipts(now)


@ticker("calls.fold", every=1.0)
def fold(now: datetime) -> None:
    """Fold what was taken in and left over; whoever feeds the log folds its own."""
    services.fold_pending(wait=False, most=5)


@ticker("calls.service", every=60.0)
def service_time(now: datetime) -> None:
    """Keep the service time and outages of followed sources."""
    services.note_service_time(now)


_LAST_WEEK = services.LastWeek()


@ticker("calls.live", every=2.0)
def live(now: datetime) -> None:
    """Publish the boards of the centre, its sites and teams."""
    services.publish_wall(now, _LAST_WEEK)
