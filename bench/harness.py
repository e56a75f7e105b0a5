"""What all groups share: a scratch database, timing, and the table of ratios."""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg


@dataclass(slots=True)
class Result:
    """One line of the table: what was measured against what, and whether the goal is met.

    ``better`` says on which side of ``goal`` a good ratio lies: "≥" or "≤".
    """

    group: str
    what: str
    ours: str
    peer: str
    ratio: float
    better: str
    goal: float

    @property
    def ok(self) -> bool:
        """Whether the ratio reaches the goal."""
        return self.ratio >= self.goal if self.better == "≥" else self.ratio <= self.goal


@dataclass(slots=True)
class Report:
    """Collects results and notes and prints them as one table."""

    results: list[Result] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, group: str, what: str, ours: str, peer: str, ratio: float, better: str, goal: float) -> None:
        """Record one ratio and show it at once."""
        result = Result(group, what, ours, peer, ratio, better, goal)
        self.results.append(result)
        mark = "ok  " if result.ok else "MISS"
        print(f"  {mark} {what}: {ours} vs {peer} → {ratio:.3g} (goal {better} {goal:g})", flush=True)

    def note(self, text: str) -> None:
        """Record a remark that belongs under the table."""
        self.notes.append(text)
        print(f"       {text}", flush=True)

    def table(self) -> str:
        """The results as a Markdown table, followed by the notes."""
        lines = [
            "| group | what | ours | against | ratio | goal | met |",
            "| --- | --- | --- | --- | ---: | --- | --- |",
        ]
        lines += [
            f"| {r.group} | {r.what} | {r.ours} | {r.peer} | {r.ratio:.3g} | {r.better} {r.goal:g} |"
            f" {'yes' if r.ok else '**no**'} |"
            for r in self.results
        ]
        return "\n".join([*lines, "", *(f"- {note}" for note in self.notes)])


def seconds(work: Callable[[], Any]) -> float:
    """How long ``work`` takes, once."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def best_of(work: Callable[[], Any], times: int = 5) -> float:
    """The fastest of ``times`` runs, after one to warm up: the least disturbed by the machine."""
    work()
    return min(seconds(work) for _ in range(times))


def rate(rows: int, took: float) -> str:
    """Rows per second, for people."""
    return f"{rows / took:,.0f}/s"


def ms(took: float) -> str:
    """A duration, for people."""
    return f"{took * 1000:,.1f} ms" if took < 10 else f"{took:,.1f} s"


@contextmanager
def scratch_database() -> Iterator[None]:
    """A migrated, empty database of its own on a real server, dropped afterwards.

    ``DATABASE_URL`` names the server; without it the embedded PostgreSQL runs in a scratch folder, durable as in
    production.
    """
    given = os.environ.get("DATABASE_URL")
    with tempfile.TemporaryDirectory(prefix="kefu-bench-") as folder:
        os.environ["KEFU_HOME"] = folder
        os.environ.setdefault("KEFU_SECRET_KEY", secrets.token_urlsafe(32))
        with _server(given, Path(folder)) as server:
            name = f"kefu_bench_{os.getpid()}"
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
            try:
                os.environ["DATABASE_URL"] = _with_database(server, name)
                _start_django()
                yield
            finally:
                from django.db import connections

                connections.close_all()
                if given:  # the embedded server's folder goes away whole
                    with psycopg.connect(server, autocommit=True) as connection:
                        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _server(given: str | None, folder: Path) -> Iterator[str]:
    if given:
        yield given
        return
    from kefu.site.embedded import server

    with server.running(folder) as address:
        yield address


def _with_database(address: str, name: str) -> str:
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=f"/{name}"))


def _start_django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "kefu.site.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
