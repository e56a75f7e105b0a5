"""Given a backup, a restore or a migration that is killed at any moment, then a message says so and there is a way forward.

``KEFU_OPERATION_KILLS`` says how often each is killed (3 times unless told otherwise).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kefu.site.supervisor import end_leftovers

KILLS = int(os.environ.get("KEFU_OPERATION_KILLS", "3"))
EARLIER = Path(__file__).parents[1] / "upgrade" / "kefu-0.1.0.tar"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder whose embedded database runs while the module does, so that each command is short."""
    home = tmp_path_factory.mktemp("home")
    keeper = subprocess.Popen(
        [sys.executable, "-m", "kefu", "manage", "shell", "-v", "0", "-c", "import sys; print('up', flush=True); sys.stdin.read()"],
        env=environment(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert keeper.stdout is not None
    assert keeper.stdout.readline().strip().endswith("up")
    yield home
    keeper.communicate()
    end_leftovers(home, notice=print)


def environment(home: Path) -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | {"KEFU_HOME": str(home)}


def kefu(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "kefu", *words], env=environment(home), capture_output=True, text=True)


def killed(home: Path, *words: str, lasting: float) -> float:
    """Run a command and kill it and its children somewhere within the time that it takes; returns when."""
    at = random.Random(len(words) + time.time_ns()).uniform(0.3, 0.98) * lasting
    process = subprocess.Popen(
        [sys.executable, "-m", "kefu", *words], env=environment(home), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        process.wait(at)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return at


def timed(home: Path, *words: str) -> float:
    began = time.monotonic()
    done = kefu(home, *words)
    assert done.returncode == 0, done.stderr
    return time.monotonic() - began


def digest(home: Path) -> Any:
    done = kefu(home, "calls", "verify", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["digest"]


def test_each_may_be_killed(home: Path, tmp_path: Path) -> None:
    # given a centre
    restoring = timed(home, "restore", "--replace", str(EARLIER))
    migrating = timed(home, "migrate")
    wanted = digest(home)

    # when a backup is killed, then no archive is there under its name, and the next one succeeds and cleans up
    out = tmp_path / "out"
    out.mkdir()
    saving = timed(home, "backup", str(out / "first.tar"))
    for number in range(KILLS):
        target = out / f"{number}.tar"
        killed(home, "backup", str(target), lasting=saving)
        if target.exists():
            continue  # it was quicker
        assert kefu(home, "backup", str(target)).returncode == 0
    assert {path.suffix for path in out.iterdir()} == {".tar"}
    assert not list(out.glob(".*"))

    # when a restore is killed, then either nothing has changed or every command says what to run, and that finishes it
    archive = str(out / "first.tar")
    for _ in range(KILLS):
        at = killed(home, "restore", "--replace", archive, lasting=restoring)
        look = kefu(home, "calls", "verify", "--json")
        if look.returncode != 0:
            assert f"kefu restore --replace {archive}" in look.stderr, (at, look.stderr)
            assert kefu(home, "restore", archive).returncode == 0
        assert digest(home) == wanted
    doctor = json.loads(kefu(home, "doctor", "--mend", "--json").stdout)
    assert {f["check"]: f["level"] for f in doctor}["leftovers"] == "ok"
    names = _databases(home)
    assert not [name for name in names if "_restoring_" in name or "_replaced_" in name]

    # when a migration is killed, then migrating again goes on from where it was
    for _ in range(KILLS):
        assert kefu(home, "restore", "--replace", str(EARLIER)).returncode == 0
        killed(home, "migrate", lasting=migrating)
        assert kefu(home, "migrate").returncode == 0
        assert digest(home) == wanted


def _databases(home: Path) -> list[str]:
    asks = "import json; from kefu.site import database; print(json.dumps(database.parameters()))"
    asked = kefu(home, "manage", "shell", "-v", "0", "-c", asks)
    assert asked.returncode == 0, asked.stderr
    with closing(psycopg.connect(**json.loads(asked.stdout) | {"dbname": "postgres"})) as server:
        return [name for (name,) in server.execute("SELECT datname FROM pg_database")]
