"""``kefu metrics …``: numbers and their definitions on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from django.utils.translation import gettext as _

from kefu.kernel.errors import KefuError
from kefu.kernel.metrics import DIMENSIONS, METRICS, TIME_DIMENSIONS
from kefu.platform.metrics import documentation, queries, records, registry, services, wording

F = TypeVar("F", bound=Callable[..., Any])


@click.group("metrics")
def metrics() -> None:
    """Numbers and their definitions.

    \b
    Example:
      kefu metrics show service_level.f3 aht --from 2026-11-01 --to 2026-11-08 --by day
    """


def _dimension_options(command: F) -> F:
    for code in ("site", "team", "agent", "queue", "source"):
        command = click.option(f"--{code}", multiple=True, help=f"Only rows of this {code} (code; may be repeated).")(
            command
        )
    return command


@metrics.command()
@click.argument("codes", nargs=-1, required=True, metavar="METRIC…")
@click.option("--from", "start", required=True, metavar="DATE", help="First local day, YYYY-MM-DD.")
@click.option("--to", "end", required=True, metavar="DATE", help="Local day after the last, YYYY-MM-DD.")
@click.option(
    "--by",
    multiple=True,
    metavar="DIMENSION",
    help="Split by source, queue, agent, team, site, month, week, day, hour, half_hour or slot; "
    "may be repeated or separated by commas.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@_dimension_options
def show(
    codes: tuple[str, ...], start: str, end: str, by: tuple[str, ...], as_json: bool, **chosen: tuple[str, ...]
) -> None:
    """Compute metrics over local days, --to exclusive.

    \b
    Example:
      kefu metrics show service_level.f3 aht --source bank --from 1999-01-03 --to 1999-01-10 --by day --json
    """
    try:
        split = [part.strip() for item in by for part in item.split(",") if part.strip()]
        first, last = _day("--from", start), _day("--to", end)
        if last <= first:
            raise click.BadParameter("--to is exclusive and must be later than --from", param_hint="--to")
        _known_dimensions(split)
        filters = {code: queries.resolve(code, list(v)) for code, v in chosen.items() if v}
        rows = queries.compute(None, codes, first, last, by=split, filters=filters)
        found = records.of(rows)
    except KefuError as error:
        raise click.ClickException(error.message) from error
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        click.echo(_table(found, split))


def _day(option: str, text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a local day has no zone)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a date; write YYYY-MM-DD", param_hint=option) from None


def _known_dimensions(codes: Sequence[str]) -> None:
    known = [*(d.code for d in DIMENSIONS), *TIME_DIMENSIONS]
    for code in codes:
        if code not in known:
            raise click.BadParameter(f"no dimension {code!r}; there are: {', '.join(known)}", param_hint="--by")


def _table(found: Sequence[dict[str, Any]], by: Sequence[str]) -> str:
    if not found:
        return _("所选范围没有数据")
    heads = ["metric", *by, "value", "numerator", "denominator", "n"]
    lines = [heads]
    for record in found:
        unit = METRICS.get(record["metric"]).unit
        value = wording.format_value(unit, record["value"])
        rest = [f"{record[c]:g}" if record[c] is not None else "" for c in ("numerator", "denominator", "n")]
        lines.append([record["metric"], *(str(record[c] or "") for c in by), value, *rest])
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    left = 1 + len(by)
    return "\n".join(
        "  ".join(c.ljust(w) if i < left else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True)))
        for line in lines
    )


@metrics.command("list")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def list_metrics(as_json: bool) -> None:
    """List every metric with its formula and dimensions.

    \b
    Example:
      kefu metrics list
    """
    known = [
        {
            "metric": m.code,
            "name": str(m.name),
            "unit": m.unit.value,
            "kind": m.kind.value,
            "formula": wording.formula_code(m),
            "dimensions": list(registry.dimensions_of(m)),
        }
        for m in METRICS
    ]
    if as_json:
        click.echo(json.dumps(known, ensure_ascii=False))
        return
    for record in known:
        click.echo(f"{record['metric']:<28} {record['name']}  [{record['unit']}]  {record['formula']}")


@metrics.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def verify(as_json: bool) -> None:
    """Check that every definition holds together: measures, tables, columns, variants.

    \b
    Example:
      kefu metrics verify
    """
    found = registry.problems()
    if as_json:
        click.echo(json.dumps({"metrics": len(METRICS), "problems": found}, ensure_ascii=False))
    else:
        click.echo("\n".join(found) or f"{len(METRICS)} metrics, no problem")
    if found:
        raise SystemExit(1)


@metrics.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def refresh(as_json: bool) -> None:
    """Recompute all dirty buckets now, instead of waiting for the worker.

    \b
    Example:
      kefu metrics refresh
    """
    done = services.refresh_all()
    click.echo(json.dumps({"buckets": done}) if as_json else f"{done} buckets recomputed")


@metrics.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the page to this file.")
@click.option("--check", is_flag=True, help="Only tell whether the file is up to date.")
def docs(output: Path | None, check: bool) -> None:
    """Write the KPI catalogue as a Markdown page.

    \b
    Example:
      kefu metrics docs --output docs/kpi.md
    """
    text = documentation.render()
    if output is None:
        click.echo(text)
    elif check:
        if not output.exists() or output.read_text(encoding="utf-8") != text:
            raise click.ClickException(f"{output} is out of date: run kefu metrics docs --output {output}")
    else:
        output.write_text(text, encoding="utf-8")
