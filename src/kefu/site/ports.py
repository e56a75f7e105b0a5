"""Ports: whether one is free, and if not, who has it."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from pathlib import Path

from kefu.kernel.errors import Unavailable

LISTEN = "0A"


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise Unavailable(
                f"cannot listen on {host}:{port} ({error.strerror}): choose another --host or --port"
            ) from error
    return True


def answers(host: str, port: int) -> bool:
    """Whether somebody takes connections there."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - a name, not a binding
    try:
        socket.create_connection((target, port), timeout=1).close()
    except OSError:
        return False
    return True


def next_free(host: str, start: int = 8000) -> int:
    """The first free port from ``start`` upwards."""
    for port in range(start, 65536):
        if is_free(host, port):
            return port
    raise Unavailable(f"no port from {start} upwards is free")


def require_free(host: str, port: int) -> None:
    """Raise ``Unavailable``, naming the holder where it can be seen, unless ``port`` is free."""
    if is_free(host, port):
        return
    pid = holder(port)
    who = f"process {pid} ({_name(pid)})" if pid else "another process"
    raise Unavailable(f"port {port} is taken by {who}: stop it, or choose another with “--port {port + 1}”")


def holder(port: int) -> int | None:
    """The process that listens on a TCP port, if we may see it."""
    inodes = set()
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in Path("/proc/net", table).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                    inodes.add(f"socket:[{fields[9]}]")
    if not inodes:
        return None
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                for descriptor in (entry / "fd").iterdir():
                    if os.readlink(descriptor) in inodes:
                        return int(entry.name)
    return None


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return "unknown"
