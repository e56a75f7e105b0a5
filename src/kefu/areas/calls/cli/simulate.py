"""``kefu simulate``: a realistic day on the telephone, as a live queue log."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path

import click
from django.conf import settings

from kefu.areas.calls.adapters.playing import Busy, LogFile, Pace, lines_to_play, play
from kefu.areas.calls.engine.simulation.sample import SEED, sample_centre
from kefu.kernel import clock

DEFAULT_LOG = "pbx1/queue_log"


def default_path() -> Path:
    """Where the simulated telephone system writes."""
    return Path(settings.HOME) / DEFAULT_LOG


class LocalTime(click.ParamType):
    """A local date and time without a zone."""

    name = "TIME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The instant in the installation's zone."""
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail("expected a local time such as 2026-11-20T09:00", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=clock.zone(settings.TIME_ZONE))


@click.command()
@click.option(
    "--speed", default=1.0, show_default=True, type=click.FloatRange(0), help="Times real time; 0: no waiting."
)
@click.option("--seed", default=SEED, show_default=True, help="The same seed gives the same calls.")
@click.option("--from", "start", type=LocalTime(), help="Local time at which to begin, e.g. 2026-11-20T09:00.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Stop after that many simulated minutes.")
@click.option("--to-file", "path", type=click.Path(dir_okay=False, path_type=Path), help="The queue log to append to.")
@click.option("--to-source", "source", metavar="CODE", help="Feed this source directly instead of writing a file.")
def simulate(
    speed: float, seed: int, start: datetime | None, minutes: float | None, path: Path | None, source: str | None
) -> None:
    """Play a busy centre's telephone system: calls, breaks, transfers, people who hang up.

    Without --from the log goes on where it ends, to the line, and from there keeps today going in real time; a new
    log begins this morning. "kefu connect" follows it like any other.

    \b
    Examples:
      kefu simulate
      kefu simulate --speed 60 --from 2026-11-20T09:00 --minutes 120 --to-file /tmp/queue_log
      kefu simulate --to-source pbx1 --from 2026-11-20T09:00 --minutes 60 --speed 0
    """
    if source and path:
        raise click.UsageError("choose one of --to-file and --to-source")
    try:
        if source:
            _to_source(source, speed, seed, start, minutes)
        else:
            _to_file(path or default_path(), speed, seed, start, minutes)
    except KeyboardInterrupt:
        click.echo("stopped", err=True)


def _to_file(path: Path, speed: float, seed: int, start: datetime | None, minutes: float | None) -> None:
    now = clock.now()
    try:
        with LogFile(path) as log:
            written = log.last_lines()
            at_once, lines = lines_to_play(sample_centre(), seed, written, now, settings.TIME_ZONE, start)
            if start is None or not written:
                log.append(at_once)
            count = play(lines, _pace(now, start, speed), write=log.append, until_ms=_until(now, start, minutes))
    except Busy as error:
        raise click.ClickException(f"another simulator writes {error}: stop it first, or name another file") from error
    click.echo(f"{count} lines written to {path}", err=True)


def _to_source(code: str, speed: float, seed: int, start: datetime | None, minutes: float | None) -> None:
    from kefu.areas.calls import services
    from kefu.kernel.actor import Actor

    actor = Actor.system("kefu simulate")
    source = services.ensure_source(actor=actor, code=code, kind="asterisk-queue-log", time_zone=settings.TIME_ZONE)
    now = clock.now()

    def feed(lines: list[str]) -> None:
        services.take_in(actor=actor, source=source, origin="kefu simulate", lines=lines)

    at_once, lines = lines_to_play(sample_centre(), seed, [], now, settings.TIME_ZONE, start)
    if at_once:
        feed(at_once)
    count = play(lines, _pace(now, start, speed), write=feed, until_ms=_until(now, start, minutes))
    click.echo(f"{count} lines fed to {code}", err=True)


def _pace(now: datetime, start: datetime | None, speed: float) -> Pace:
    return Pace(int((start or now).timestamp() * 1000), time.monotonic(), speed)


def _until(now: datetime, start: datetime | None, minutes: float | None) -> int | None:
    if minutes is None:
        return None
    return int(((start or now) + timedelta(minutes=minutes)).timestamp() * 1000)


simulate.callback.needs_database = False  # type: ignore[union-attr]
