"""A closed network: tests reach this machine and nothing else."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


class NetworkBlocked(RuntimeError):
    """A test tried to reach another machine."""


def close(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection of this process that does not end on the loopback interface."""

    def connect(self: socket.socket, address: Any) -> None:
        _allow(self, address)
        _connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _allow(self, address)
        return _connect_ex(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect_ex)


def _allow(sock: socket.socket, address: Any) -> None:
    if sock.family == socket.AF_UNIX:
        return
    host = str(address[0])
    if host == "localhost":
        return
    try:
        inside = ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise NetworkBlocked(f"tests may not reach {host}")
