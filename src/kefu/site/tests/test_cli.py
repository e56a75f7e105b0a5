"""The ``kefu`` command: help with examples, one clear line for each failure, exit codes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kefu.site.cli import main


def kefu(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kefu", *words],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(command)
    if not isinstance(command, click.Group):
        yield path, command
        return
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        assert child is not None
        yield from leaves(child, (*path, name))


LEAVES = list(leaves(main))


@pytest.mark.parametrize(("path", "command"), LEAVES, ids=[" ".join(path) for path, _ in LEAVES])
def test_every_command_shows_an_example(path: tuple[str, ...], command: click.Command) -> None:
    assert command.help
    assert f"kefu {' '.join(path)}" in f"{command.help}\n{command.epilog or ''}"


def test_an_unknown_command_is_a_usage_error() -> None:
    done = kefu("no-such-thing")
    assert done.returncode == 2
    assert "No such command" in done.stderr


def test_a_database_that_does_not_answer_is_one_line() -> None:
    done = kefu("migrate", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "check DATABASE_URL" in done.stderr


def test_another_kind_of_database_is_refused() -> None:
    done = kefu("migrate", DATABASE_URL="mysql://localhost/x")
    assert done.returncode == 1
    assert "PostgreSQL only" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_folder_that_cannot_be_made_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = kefu("migrate", KEFU_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == 1
    assert "set KEFU_HOME" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_busy_port_names_its_holder_and_another_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = kefu("serve", "--port", str(port))
    assert done.returncode == 1
    assert f"process {os.getpid()}" in done.stderr
    assert f"--port {port + 1}" in done.stderr


def test_an_interrupt_is_one_line(tmp_path: Path) -> None:
    interrupted = "import kefu.site.home as h\ndef stop(_): raise KeyboardInterrupt\nh.prepare = stop\n"
    command = f"{interrupted}from kefu.site.cli import main\nmain(['migrate'], prog_name='kefu')"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "Error: interrupted; what was finished is kept\n"
