"""The embedded PostgreSQL: one server per data folder, whatever was killed before."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kefu.kernel.errors import Unavailable
from kefu.site import embedded
from kefu.site.embedded import cluster, processes, server
from kefu.site.embedded.layout import LONGEST_SOCKET, SOCKET, Layout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One cluster for the whole module: initialising is the slow part."""
    folder = tmp_path_factory.mktemp("embedded")
    with embedded.running(folder, durable=False) as dsn:
        keep_a_row(dsn)
    yield folder
    clean(folder)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Path]:
    """A data folder in which nothing has been made yet."""
    yield tmp_path
    clean(tmp_path)


def clean(folder: Path) -> None:
    """Stop the server and remove its folder, which for root may lie elsewhere."""
    layout = Layout.of(folder)
    server.stop(layout)
    shutil.rmtree(layout.base, ignore_errors=True)


def count(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def keep_a_row(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
        connection.execute("INSERT INTO kept VALUES (1)")


def test_the_address_is_computed_without_touching_anything(tmp_path: Path) -> None:
    folder = tmp_path / "absent"
    assert embedded.address(folder).startswith("postgresql://kefu@/kefu?host=")
    assert not folder.exists()


def test_a_deep_data_folder_gets_a_short_socket_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 90) / ("y" * 60)
    layout = Layout.of(deep)
    assert len(os.fsencode(layout.run / SOCKET)) <= LONGEST_SOCKET
    assert layout.run != Layout.of(tmp_path / "other").run


def test_the_last_user_stops_the_server(home: Path) -> None:
    with embedded.running(home, durable=False) as dsn:
        keep_a_row(dsn)
        with embedded.running(home, durable=False) as second:
            assert second == dsn
        assert embedded.is_accepting(home)
    assert not embedded.is_accepting(home)
    assert processes.of_cluster(Layout.of(home).data) == []


def test_its_folders_are_closed_to_others(home: Path) -> None:
    layout = Layout.of(home)
    assert layout.run.stat().st_mode & 0o777 == 0o700
    assert layout.data.stat().st_mode & 0o777 == 0o700
    assert (home / "secret.key").stat().st_mode & 0o777 == 0o600


def test_committed_rows_survive_a_killed_postmaster(home: Path) -> None:
    layout = Layout.of(home)
    with embedded.running(home) as dsn:
        before = count(dsn)
        keep_a_row(dsn)
        for pid in processes.of_cluster(layout.data):
            os.kill(pid, signal.SIGKILL)
    with embedded.running(home) as dsn:
        assert count(dsn) == before + 1


def test_a_server_that_a_killed_command_left_is_used_and_then_stopped(home: Path) -> None:
    command = (
        "import os, signal, sys; from pathlib import Path; from kefu.site import embedded\n"
        "with embedded.running(Path(sys.argv[1]), durable=False): os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", command, str(home)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert embedded.is_accepting(home)
    with embedded.running(home, durable=False) as dsn:
        assert count(dsn) > 0
    assert not embedded.is_accepting(home)


def test_a_stale_pid_file_with_a_reused_pid_does_not_stop_the_start(home: Path) -> None:
    layout = Layout.of(home)
    with subprocess.Popen(["sleep", "60"]) as stranger:
        text = f"{stranger.pid}\n{layout.data}\n1\n5432\n{layout.run}\n\n\n"
        (layout.data / "postmaster.pid").write_text(text)
        assert processes.postmaster(layout.data) is None
        with embedded.running(home, durable=False) as dsn:
            assert count(dsn) > 0
        assert stranger.poll() is None, "the stranger was hurt"
        stranger.kill()


def test_the_owner_replaces_a_left_server_and_dies_with_its_parent(home: Path) -> None:
    command = (
        "import os, signal, sys; from pathlib import Path; from kefu.site import embedded\n"
        "owner = embedded.Owner(Path(sys.argv[1]), durable=False); owner.start()\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", command, str(home)], check=False)
    with embedded.running(home, durable=False) as dsn:
        assert count(dsn) > 0


def test_an_owner_waits_for_other_users_and_then_refuses(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "WAIT_FOR_USERS_SECONDS", 0)
    with embedded.running(home, durable=False), pytest.raises(Unavailable, match="is using the database"):
        embedded.Owner(home, durable=False).start()


def test_a_half_finished_initdb_is_thrown_away(fresh: Path) -> None:
    layout = Layout.of(fresh)
    rest = layout.base / "data.half-made-1"
    rest.mkdir(parents=True)
    (rest / "PG_VERSION").write_text("18\n")
    with embedded.running(fresh, durable=False) as dsn, psycopg.connect(dsn) as connection:
        assert connection.info.server_version >= 180000
    assert not rest.exists()


def test_a_full_disk_is_said_before_anything_is_made(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ROOM_NEEDED", 1 << 62)
    with pytest.raises(Unavailable, match="is full"), embedded.running(fresh, durable=False):
        pass
    assert not Layout.of(fresh).data.exists()


def test_data_of_another_major_version_is_refused_and_kept(fresh: Path) -> None:
    data = Layout.of(fresh).data
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")
    with pytest.raises(Unavailable, match="PostgreSQL 16"), embedded.running(fresh, durable=False):
        pass
    assert (data / "PG_VERSION").read_text() == "16\n"
