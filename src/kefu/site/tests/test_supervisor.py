"""The supervisor: all or nothing, one per data folder, recovering from its own death."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kefu.kernel.errors import Unavailable
from kefu.site import ports, supervisor
from kefu.site.embedded import Layout, processes

WITHOUT_DATA = """
import sys
from kefu.site import supervisor
supervisor.Supervisor.run_once = lambda self, words: b'{"logins": [], "processes": {}}'
from kefu.site.cli import main
main(["demo", "--port", sys.argv[1]], prog_name="kefu")
"""
PATIENCE = 60


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    supervisor.end_leftovers(tmp_path, notice=print)
    shutil.rmtree(Layout.of(tmp_path).base, ignore_errors=True)


def start(home: Path, port: int) -> subprocess.Popen[str]:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-c", WITHOUT_DATA, str(port)],
        env=environment | {"KEFU_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for(process: subprocess.Popen[str], words: str) -> str:
    """Read what the supervisor prints until ``words`` are among it."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"{words!r} was never said:\n{said}")


def wait_until(condition: object) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def children(home: Path) -> list[int]:
    return [pid for pid in supervisor._leftovers(home) if processes.is_alive(pid)]


def test_it_starts_restarts_and_stops_everything_and_recovers_from_its_own_death(home: Path) -> None:
    port = ports.next_free("127.0.0.1", 18400)
    data = Layout.of(home).data

    # a first start serves pages
    first = start(home, port)
    wait_for(first, "Kefu is running")
    assert ports.answers("127.0.0.1", port)

    # a second supervisor on the same folder is refused by name
    second = start(home, port + 1)
    said, _ = second.communicate(timeout=PATIENCE)
    assert second.returncode == 1
    assert f"process {first.pid}" in said

    # a killed child comes back
    web = next(pid for pid in children(home) if b"serve" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(web, signal.SIGKILL)
    wait_for(first, "web ended (signal SIGKILL): starting it again")
    wait_until(lambda: ports.answers("127.0.0.1", port))

    # a killed database comes back
    master = processes.postmaster(data)
    assert master is not None
    os.kill(master, signal.SIGKILL)
    wait_for(first, "the database ended")
    wait_until(lambda: processes.postmaster(data) not in {None, master})

    # a killed supervisor leaves nothing that stops the next start
    first.kill()
    first.wait()
    again = start(home, port)
    wait_for(again, "Kefu is running")

    # SIGTERM ends all of it
    again.send_signal(signal.SIGTERM)
    again.communicate(timeout=PATIENCE)
    assert again.returncode == 0
    assert children(home) == []
    assert processes.of_cluster(data) == []
    assert ports.is_free("127.0.0.1", port)


def test_a_full_disk_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "ROOM_FOR_A_BUILD", 1 << 62)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(Unavailable, match="nearly full"):
        supervisor.require_room(tmp_path)


def test_a_lock_file_that_nobody_holds_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "supervisor.lock").write_text("1\n")
    with supervisor.only_one(tmp_path):
        assert (tmp_path / "supervisor.lock").read_text() == f"{os.getpid()}\n"
