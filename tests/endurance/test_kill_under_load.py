"""Given a centre under load, when each process is killed in turn, then nothing is lost and nothing is doubled.

``KEFU_KILLS`` says how often (8 times unless told otherwise).
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path

import pytest

from kefu.areas.calls.engine.simulation.floor import simulate_day
from kefu.areas.calls.engine.simulation.player import midnight
from kefu.areas.calls.engine.simulation.queue_log import to_queue_log
from kefu.areas.calls.engine.simulation.sample import sample_centre
from kefu.site import ports, supervisor
from kefu.site.embedded import Layout, processes

DAY = date(2026, 10, 12)
LINES_PER_SECOND = 300
SUPERVISED = """
import json, sys
from kefu.site import supervisor
words = {"connector": ["connect", "pbx1", "--log", sys.argv[2]]}
supervisor.Supervisor.run_once = lambda self, _: json.dumps({"logins": [], "processes": words}).encode()
supervisor.LONGEST_PAUSE = 2.0
from kefu.site.cli import main
main(["demo", "--port", sys.argv[1]], prog_name="kefu")
"""


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    pair = tmp_path / "killed", tmp_path / "calm"
    yield pair
    for home in pair:
        supervisor.end_leftovers(home, notice=print)
        shutil.rmtree(Layout.of(home).base, ignore_errors=True)


def kefu(home: Path, *words: str) -> dict[str, object]:
    """What a ``kefu`` command answers in JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "kefu", *words, "--json"], env=_environment(home), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def _environment(home: Path) -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | {"KEFU_HOME": str(home)}


def victim(home: Path, what: str) -> int | None:
    """The process that plays a part now, if it lives."""
    if what == "postgres":
        return processes.postmaster(Layout.of(home).data)
    for pid in supervisor._leftovers(home):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if what.encode() in words and b"kefu" in words:
            return pid
    return None


@pytest.mark.slow
def test_nothing_is_lost_or_doubled(homes: tuple[Path, Path], tmp_path: Path) -> None:
    kills = int(os.environ.get("KEFU_KILLS", "8"))
    lines = list(_written(days=1 + kills // 3))
    killed, calm = homes
    log = tmp_path / "queue_log"
    log.write_text("\n".join(lines[:100]) + "\n")
    kefu(killed, "calls", "import", "--source", "pbx1", "--format", "asterisk-queue-log", str(log))

    # when the telephone system writes on, and every process dies in turn
    port = ports.next_free("127.0.0.1", 18600)
    output = (tmp_path / "supervisor.log").open("w")
    running = subprocess.Popen(
        [sys.executable, "-c", SUPERVISED, str(port), str(log)],
        env=_environment(killed), stdout=output, stderr=output, start_new_session=True,
    )  # fmt: skip
    done = threading.Event()
    written = [100]

    def telephone_system() -> None:
        while not done.is_set() and written[0] < len(lines):
            until = min(written[0] + LINES_PER_SECOND // 10, len(lines))
            with log.open("a") as file:
                file.write("\n".join(lines[written[0] : until]) + "\n")
            written[0] = until
            time.sleep(0.1)

    writer = threading.Thread(target=telephone_system)
    try:
        _wait(lambda: ports.answers("127.0.0.1", port))
        writer.start()
        struck: list[str] = []
        for what in cycle(("connect", "postgres", "worker", "serve")):
            if len(struck) >= kills:
                break
            _wait(lambda what=what: victim(killed, what) is not None)
            pid = victim(killed, what)
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
                struck.append(what)
            time.sleep(1.5)
        assert writer.is_alive(), "the load ended before the last kill"
        _wait(lambda: ports.answers("127.0.0.1", port))
    finally:
        done.set()
        if writer.ident is not None:
            writer.join()
        running.send_signal(signal.SIGTERM)
        running.wait(60)
        output.close()

    # then what was written stands as if nothing had happened
    subprocess.run(
        [sys.executable, "-m", "kefu", "connect", "pbx1", "--once"], env=_environment(killed), check=True, timeout=300
    )
    kefu(calm, "calls", "import", "--source", "pbx1", "--format", "asterisk-queue-log", str(log))
    after, plain = kefu(killed, "calls", "verify"), kefu(calm, "calls", "verify")
    print(f"{len(struck)} kills, {written[0]:,} lines: {after}")
    assert after["differing"] == 0
    assert after["digest"] == plain["digest"]


def _written(days: int) -> Iterator[str]:
    """The log of that many days, so that the load outlives the kills."""
    for day in (DAY + timedelta(days=number) for number in range(days)):
        yield from to_queue_log(simulate_day(sample_centre(), day, seed=3, midnight=midnight(day)))


def _wait(condition: object, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not come back"
        time.sleep(0.1)
