"""Starting, sharing and stopping the server."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from kefu.kernel.errors import Unavailable
from kefu.site import home as data_folder
from kefu.site.embedded import cluster, processes
from kefu.site.embedded.binaries import RunAs, programs, run_as
from kefu.site.embedded.layout import SOCKET, Layout
from kefu.site.embedded.locks import FileLock, exclusive

START_SECONDS = 600.0
"""Recovery after a crash may take minutes; as long as the process lives it is given this long."""
STOP_SECONDS = 60.0
LINGER_SECONDS = 30.0
"""How long processes of a killed server may take to leave before a start is given up."""
WAIT_FOR_USERS_SECONDS = 20.0
LOG_LIMIT = 10 * 1024 * 1024

Notice = Callable[[str], None]


def is_accepting(home: Path) -> bool:
    """Whether the embedded server of ``home`` answers."""
    return _answers(Layout.of(home))


@contextmanager
def running(home: Path, *, durable: bool = True, notice: Notice | None = None) -> Iterator[str]:
    """The address of the running server, started when it does not run; the last user out stops it.

    The server is not tied to this process: when we are killed, it lives on for others and for the next command.
    """
    layout, account = _prepare_folder(home)
    users = FileLock(layout.users_lock)
    try:
        with _starting(layout):
            if not users.take_within(STOP_SECONDS, shared=True):
                raise Unavailable(f"another command is stopping or replacing the database in {layout.base}: try again")
            if not _answers(layout):
                if notice:
                    notice("starting the embedded database")
                _start(layout, account, durable=durable, tied=False)
        yield layout.dsn()
    finally:
        _leave(layout, users)


def _leave(layout: Layout, users: FileLock) -> None:
    try:
        with _starting(layout):
            if users.take():  # nobody else uses it
                stop(layout)
    finally:
        users.release()


class Owner:
    """The server as a child of the supervisor: it ends with the supervisor, however that ends."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.layout, self._account = _prepare_folder(home)
        self._durable = durable
        self._users = FileLock(self.layout.users_lock)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, notice: Notice | None = None) -> str:
        """Start the server and return its address.

        A server that a killed command left behind is stopped first; while a living command uses it, we wait a
        little and then refuse.
        """

        deadline = time.monotonic() + WAIT_FOR_USERS_SECONDS
        told = False
        while True:
            with _starting(self.layout):  # given back between the tries: users need it to leave
                if self._users.take():
                    stop(self.layout)
                    self.process = _start(self.layout, self._account, durable=self._durable, tied=True)
                    self._users.take(shared=True)
                    break
            if time.monotonic() > deadline:
                self._users.release()
                raise Unavailable(
                    f"another kefu command is using the database in {self.layout.base}: wait until it has finished"
                )
            if not told and notice:
                notice("another kefu command uses the database; waiting for it to finish")
                told = True
            time.sleep(0.1)
        return self.layout.dsn()

    def is_alive(self) -> bool:
        """Whether the server process lives."""
        return self.process is not None and self.process.poll() is None

    def restart(self) -> None:
        """Start the server again after it died."""
        with _starting(self.layout):
            stop(self.layout)
            self.process = _start(self.layout, self._account, durable=self._durable, tied=True)

    def stop(self) -> None:
        """Stop the server, also when other commands still use it."""
        if self.process is not None:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGINT)
                try:
                    self.process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    self.process.send_signal(signal.SIGQUIT)
                    self.process.wait()
            self.process = None
        self._users.release()


def stop(layout: Layout, *, seconds: float = STOP_SECONDS) -> None:
    """Stop whatever server works in the data folder and wait until all its processes have left."""
    master = processes.postmaster(layout.data)
    if master is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(master, signal.SIGINT)
    deadline = time.monotonic() + seconds
    while left := processes.of_cluster(layout.data):
        if time.monotonic() > deadline:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGQUIT)
            deadline += seconds
        _reap(left)
        time.sleep(0.02)


def _reap(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def _prepare_folder(home: Path) -> tuple[Layout, RunAs]:
    data_folder.prepare(home)
    layout = Layout.of(home)
    account = run_as()
    try:
        layout.base.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"cannot make {layout.base} ({error.strerror}): set KEFU_HOME to another folder") from error
    return layout, account


@contextmanager
def _starting(layout: Layout) -> Iterator[FileLock]:
    with exclusive(
        layout.start_lock,
        seconds=START_SECONDS,
        refusal=f"another command has been starting or stopping the database in {layout.base} for ten minutes",
    ) as lock:
        yield lock


def _answers(layout: Layout) -> bool:
    try:
        psycopg.connect(layout.dsn(user="postgres", name="postgres"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _start(layout: Layout, account: RunAs, *, durable: bool, tied: bool) -> subprocess.Popen[bytes]:
    folder = programs(layout, account)
    cluster.prepare(layout, account, folder, durable=durable)
    alive = _wait_for_the_dead(layout)
    _rotate_log(layout)
    command = [str(folder / "postgres"), "-D", str(layout.data)]
    try:
        with layout.log.open("ab") as log:
            begin = log.tell()
            process = subprocess.Popen(  # noqa: S603 - our own program, fixed arguments
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=layout.data,
                env=cluster.environment(),
                pass_fds=[alive.descriptor],
                start_new_session=True,
                preexec_fn=processes.dies_with_parent(signal.SIGINT) if tied else None,
                **account.popen,
            )
    finally:
        alive.release()
    try:
        _wait_until_it_answers(layout, process, begin)
        _make_database(layout)
    except BaseException:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait()
        raise
    return process


def _wait_for_the_dead(layout: Layout) -> FileLock:
    """Wait until no process of an earlier server lives; returns the lock that the next server shall inherit.

    PostgreSQL itself trusts a pid file whose pid now belongs to another process of the same user and refuses to
    start. The lock says for certain that nobody works in the folder, also from another container; then the pid
    files can go.
    """
    alive = FileLock(layout.server_lock)
    deadline = time.monotonic() + LINGER_SECONDS
    while not alive.take():
        left = processes.of_cluster(layout.data)
        _reap(left)
        if time.monotonic() > deadline:
            alive.release()
            pids = " ".join(map(str, left)) or "in another container"
            raise Unavailable(
                f"an earlier database server in {layout.data} does not end (pid {pids}): end it and start again"
            )
        time.sleep(0.05)
    for stale in (layout.data / "postmaster.pid", layout.run / SOCKET, layout.run / f"{SOCKET}.lock"):
        stale.unlink(missing_ok=True)
    return alive


def _wait_until_it_answers(layout: Layout, process: subprocess.Popen[bytes], begin: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(layout):
        if process.poll() is not None:
            raise Unavailable(f"the embedded database did not start: {_complaint(layout, begin)} (see {layout.log})")
        if time.monotonic() > deadline:
            raise Unavailable(f"the embedded database did not answer within ten minutes (see {layout.log})")
        time.sleep(0.05)


def _complaint(layout: Layout, begin: int) -> str:
    with layout.log.open("rb") as log:
        log.seek(begin)
        lines = log.read().decode("utf-8", errors="replace").splitlines()
    told = [line for line in lines if "FATAL" in line or "PANIC" in line or "error" in line.lower()]
    text = (told or lines or ["it printed nothing"])[0]
    if "No space left" in "".join(lines):
        return "the disk is full; make room and start again"
    return text.partition("] ")[2] or text


def _make_database(layout: Layout) -> None:
    with psycopg.connect(layout.dsn(user="postgres", name="postgres"), autocommit=True) as server:
        if server.execute("SELECT 1 FROM pg_roles WHERE rolname = 'kefu'").fetchone() is None:
            server.execute("CREATE ROLE kefu LOGIN CREATEDB")
        if server.execute("SELECT 1 FROM pg_database WHERE datname = 'kefu'").fetchone() is None:
            server.execute(sql.SQL("CREATE DATABASE kefu OWNER kefu TEMPLATE template0"))


def _rotate_log(layout: Layout) -> None:
    with contextlib.suppress(FileNotFoundError):
        if layout.log.stat().st_size > LOG_LIMIT:
            layout.log.replace(layout.log.with_suffix(".log.1"))
