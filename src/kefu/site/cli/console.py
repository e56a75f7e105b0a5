"""What commands print: answers on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click


def notice(text: str) -> None:
    """Tell what is going on."""
    click.echo(f"kefu: {text}", err=True)


def error(text: str) -> None:
    """Tell what went wrong and what to do, in one line."""
    click.echo(click.style("Error: ", fg="red") + " ".join(text.split()), err=True)


def answer(value: Any) -> None:
    """Print the answer to a question as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str))


class Progress:
    """A counter on stderr: redrawn in place on a terminal, a line every few seconds elsewhere."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._last = 0.0
        self._terminal = sys.stderr.isatty()
        self._open = False

    def __call__(self, done: int, total: int | None = None, message: str = "") -> None:
        """Show where the work stands."""
        now = time.monotonic()
        finished = total is not None and done >= total
        if not finished and now - self._last < (0.1 if self._terminal else 5.0):
            return
        self._last = now
        share = f" {done * 100 // total} %" if total else ""
        text = f"kefu: {self._label}: {done:,}{f' of {total:,}' if total else ''}{share}{f' · {message}' if message else ''}"
        if self._terminal:
            click.echo(f"\r{text}\x1b[K", nl=False, err=True)
            self._open = True
        else:
            click.echo(text, err=True)

    def close(self) -> None:
        """Leave the line."""
        if self._open:
            click.echo(err=True)
            self._open = False


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """A progress counter for the time of a block."""
    counter = Progress(label)
    try:
        yield counter
    finally:
        counter.close()
