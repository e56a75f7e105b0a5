"""``kefu calls …``: take in files, verify, rebuild, list what was set aside."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from django.db.models import Count

from kefu.areas.calls import services
from kefu.areas.calls.adapters.files import log_lines, open_file
from kefu.areas.calls.choices import SourceKind
from kefu.areas.calls.engine.formats import FORMATS
from kefu.areas.calls.models import CallEvent, Contact, QueueVisit, RawFault, Source
from kefu.areas.calls.services.verifying import verify as verify_sources
from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound


@click.group("calls")
def calls() -> None:
    """Telephone logs: take in, verify, rebuild.

    \b
    Example:
      kefu calls import --source pbx1 --format asterisk-queue-log /var/log/asterisk/queue_log --json
    """


def _tell(text: str) -> None:
    click.echo(f"kefu: {text}", err=True)


@calls.command("import")
@click.option("--source", "code", required=True, metavar="CODE", help="The source; made when there is none.")
@click.option("--format", "kind", required=True, type=click.Choice(SourceKind.values), help="What the files are.")
@click.option("--mapping", type=click.Path(path_type=Path), help="rows: the TOML file that says what the columns mean.")
@click.option("--time-zone", default="", metavar="ZONE", help="Zone of the source's local days (new sources only).")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
def import_(code: str, kind: str, mapping: Path | None, time_zone: str, as_json: bool, files: tuple[Path, ...]) -> None:
    """Take in files and fold them. Doing it again, or in another order, changes nothing.

    \b
    Examples:
      kefu calls import --source pbx1 --format asterisk-queue-log queue_log.1.gz queue_log --json
      kefu calls import --source bank --format rows --mapping examples/mappings/technion-bank.toml calls.csv --json
    """
    actor = Actor.system("cli:calls import")
    for path in files:  # a file that is no such log leaves nothing behind, not even its source
        with open_file(path) as stream:
            if kind != SourceKind.ROWS:
                log_lines(stream, str(path), FORMATS.get(kind), {})
    source = _source(actor, code, kind, mapping, time_zone)
    raw = new = set_aside = 0
    first: date | None = None
    last: date | None = None
    for path in files:
        _tell(f"reading {path}")
        with open_file(path) as stream:
            if kind == SourceKind.ROWS:
                taken = services.import_rows(actor=actor, source=source, stream=stream, name=path.name)
            else:
                lines = log_lines(stream, str(path), FORMATS.get(source.kind), source.options)
                taken = services.take_in(actor=actor, source=source, origin=path.name, lines=lines)
        raw, new, set_aside = raw + taken.raw, new + taken.new, set_aside + taken.set_aside
        if taken.first_day and taken.last_day:
            first, last = min(first or taken.first_day, taken.first_day), max(last or taken.last_day, taken.last_day)
    _bring_up_to_date(source)
    answer: dict[str, Any] = {"source": code, "raw": raw, "new": new, "set_aside": set_aside}
    answer.update(_standing(source, first, last))
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.echo(f"{code}: {raw} lines, {new} new, {set_aside} set aside")
    click.echo(f"{answer['contacts']} contacts, {answer['visits']} visits: " + _listed(answer["outcomes"]))


def _source(actor: Actor, code: str, kind: str, mapping: Path | None, time_zone: str) -> Source:
    if kind != SourceKind.ROWS:
        if mapping is not None:
            raise click.UsageError("--mapping belongs to --format rows")
        return services.ensure_source(actor=actor, code=code, kind=kind, time_zone=time_zone)
    if mapping is None:
        return services.ensure_row_source(actor=actor, code=code, mapping=None)
    with open_file(mapping) as stream:
        text = stream.read().decode("utf-8", "replace")
    return services.ensure_row_source(actor=actor, code=code, mapping=services.read_mapping(text))


def _bring_up_to_date(source: Source | None = None) -> None:
    def progress(lines: int) -> None:
        if lines:
            _tell(f"folded {lines:,} lines")

    services.fold_pending(source, progress=progress)
    services.refresh()


def _standing(source: Source, first: date | None, last: date | None) -> dict[str, Any]:
    """What stands for the source on the local days that were touched."""
    if first is None or last is None:
        return {"events": 0, "contacts": 0, "visits": 0, "outcomes": {}}
    days = {"source": source, "day__gte": first, "day__lte": last}
    outcomes = Counter(
        dict(QueueVisit.objects.filter(**days).values_list("outcome").annotate(n=Count("id")).order_by("-n", "outcome"))
    )
    return {
        "events": CallEvent.objects.filter(**days).count(),
        "contacts": Contact.objects.filter(**days).count(),
        "visits": outcomes.total(),
        "outcomes": dict(outcomes),
    }


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


class Day(click.ParamType):
    """A local date."""

    name = "DATE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day written as YYYY-MM-DD."""
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007 (a local day has no zone)
        except ValueError:
            self.fail("expected a date such as 2026-11-20", param, ctx)


def _known(code: str) -> Source:
    source = Source.objects.filter(code=code).first()
    if source is None:
        raise NotFound(f"there is no source “{code}”; known: {_codes()}")
    return source


def _codes() -> str:
    return ", ".join(Source.objects.order_by("code").values_list("code", flat=True)) or "none"


@calls.command()
@click.option("--source", "codes", multiple=True, metavar="CODE", help="Only these sources (may be repeated).")
@click.option("--from", "first", type=Day(), help="First local day.")
@click.option("--to", "end", type=Day(), help="Local day after the last.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_context
def verify(ctx: click.Context, codes: tuple[str, ...], first: date | None, end: date | None, as_json: bool) -> None:
    """Work everything out again from the raw log and compare every cell; exit 1 when anything differs.

    \b
    Example:
      kefu calls verify --source pbx1 --json
    """
    sources = [_known(code) for code in codes] or None
    last = date.fromordinal(end.toordinal() - 1) if end else None
    verdict = verify_sources(sources=sources, first=first, last=last, progress=_every_tenth())
    for example in verdict.examples:
        _tell(example)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "buckets": verdict.buckets,
                    "cells": verdict.cells,
                    "differing": verdict.differing,
                    "digest": verdict.digest,
                }
            )
        )
    else:
        click.echo(f"{verdict.buckets:,} buckets, {verdict.cells:,} cells, {verdict.differing:,} differing")
        click.echo(f"digest {verdict.digest}")
    if verdict.differing:
        ctx.exit(1)


def _every_tenth() -> Callable[[str, date], None]:
    seen = Counter[str]()

    def progress(source: str, day: date) -> None:
        seen[source] += 1
        if seen[source] % 10 == 0:
            _tell(f"{source}: {day}")

    return progress


@calls.command()
@click.option("--source", "code", required=True, metavar="CODE")
@click.option("--from", "first", type=Day(), required=True, help="First local day.")
@click.option("--to", "end", type=Day(), required=True, help="Local day after the last.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def rebuild(code: str, first: date, end: date, as_json: bool) -> None:
    """Normalise and fold the raw lines of some days again; the result is the same.

    \b
    Example:
      kefu calls rebuild --source pbx1 --from 2026-11-01 --to 2026-12-01
    """
    source = _known(code)
    if end <= first:
        raise click.BadParameter("--to is exclusive and must be later than --from", param_hint="--to")
    services.fold_pending(source)
    lines = events = 0
    for ordinal in range(first.toordinal(), end.toordinal()):
        done = services.fold_days(source, date.fromordinal(ordinal), date.fromordinal(ordinal))
        lines, events = lines + done.lines, events + done.events
        if done.lines:
            _tell(f"{date.fromordinal(ordinal)}: {done.lines:,} lines")
    services.refresh()
    if as_json:
        click.echo(json.dumps({"source": code, "lines": lines, "events": events}))
    else:
        click.echo(f"{code}: {lines:,} lines, {events:,} events")


@calls.command()
@click.option("--source", "code", required=True, metavar="CODE")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def faults(code: str, limit: int, as_json: bool) -> None:
    """List what was set aside, and why: counts by reason, then the newest lines with their long numbers masked.

    \b
    Example:
      kefu calls faults --source bank --limit 20
    """
    source = _known(code)
    known = RawFault.objects.filter(source=source)
    by_code = dict(known.values_list("code").annotate(n=Count("id")).order_by("-n", "code"))
    rows = [
        {
            "origin": fault.origin,
            "line": fault.line_number,
            "code": fault.code,
            "reason": fault.reason,
            "text": services.masked_text(fault.text),
        }
        for fault in known.order_by("-id")[:limit]
    ]
    if as_json:
        click.echo(
            json.dumps(
                {"source": code, "faults": sum(by_code.values()), "codes": by_code, "rows": rows}, ensure_ascii=False
            )
        )
        return
    click.echo(f"{code}: {sum(by_code.values())} set aside ({_listed(by_code)})")
    for row in rows:
        click.echo(f"{row['origin']}:{row['line']}: {row['code']}: {row['reason']}: {str(row['text'])[:160]}")


@calls.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def sources(as_json: bool) -> None:
    """List the sources and what was last heard of them.

    \b
    Example:
      kefu calls sources --json
    """
    rows = [
        {
            "source": source.code,
            "format": source.kind,
            "time_zone": source.time_zone,
            "link": source.link_state,
            "last_received_at": source.last_received_at and source.last_received_at.isoformat(),
            "last_occurred_at": source.last_occurred_at and source.last_occurred_at.isoformat(),
        }
        for source in Source.objects.order_by("code")
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo("  ".join(str(value if value is not None else "-") for value in row.values()))
