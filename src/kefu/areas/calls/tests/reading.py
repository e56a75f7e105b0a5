"""Reading whole logs in tests: lines to events by call and by agent, and where the real captures lie."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from kefu.areas.calls.engine.asterisk import events, instant
from kefu.areas.calls.engine.types import CanonicalEvent, Visit
from kefu.areas.calls.engine.visits import Moment, fold_call

DATA = Path(__file__).resolve().parents[6] / "shared" / "data"


def real(*names: str) -> list[Path]:
    """Paths of real data files; the test is skipped, saying so, where they are absent."""
    for root in (DATA, *(parent / "shared" / "data" for parent in Path(__file__).resolve().parents)):
        paths = [root / name for name in names]
        if all(path.exists() for path in paths):
            return paths
    pytest.skip(f"real data not found: {', '.join(names)}")


CAPTURE = ("asterisk/capture1/queue_log.0", "asterisk/capture1/queue_log")
CRASH = ("asterisk/capture2_crash/queue_log",)


def read_events(lines: Iterable[str]) -> list[CanonicalEvent]:
    """The events of a log in file order."""
    places: Counter[int] = Counter()
    found: list[CanonicalEvent] = []
    for line in lines:
        at = instant(line.encode(), {})
        found += events(line, at, places[at], {})
        places[at] += 1
    return found


def visits_of(found: Iterable[CanonicalEvent]) -> list[Visit]:
    """The visits of all calls in the events."""
    calls: dict[str, list[CanonicalEvent]] = defaultdict(list)
    starts: list[Moment] = []
    for event in found:
        if event.type == "source_started":
            starts.append((event.at_ms, event.ordinal))
        elif event.call:
            calls[event.call].append(event)
    return [visit for key in sorted(calls) for visit in fold_call(calls[key], sorted(starts))]


def file_lines(paths: Iterable[Path]) -> list[str]:
    """The lines of log files, in the order given."""
    return [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
