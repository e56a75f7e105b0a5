"""One HTTP request to the outside: to checked addresses only, no redirects, no proxies, within a time limit."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpcore

from kefu.platform.delivery.adapters import targets

MOST_BYTES = 64 * 1024
CONNECT_SECONDS = 5.0


class NotSent(Exception):
    """The request surely did not reach the other side."""


class Uncertain(Exception):
    """The request may have arrived; no (whole) answer came back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the body is cut after 64 KB."""

    status: int
    body: str
    retry_after: int | None
    took_seconds: float


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to addresses that ``targets`` allows, and to none other."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address behind the name that answers."""
        try:
            addresses = targets.resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Refused: a socket on this machine is no place outside."""
        raise targets.Forbidden(path)


def exchange(
    method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_seconds: float = 15.0
) -> Answer:
    """Ask once and return the answer, whatever its status.

    Raises ``targets.Forbidden``, ``NotSent`` when the request surely did not arrive, ``Uncertain`` when it may have.
    """
    began = time.monotonic()
    limits = {"connect": min(CONNECT_SECONDS, timeout_seconds), "read": timeout_seconds, "write": timeout_seconds}
    why = targets.refusal(url)
    if why:
        raise targets.Forbidden(why)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_tls(), network_backend=CheckedBackend(), retries=0) as pool,
            pool.stream(
                method,
                url,
                headers=[("Host", _host(url)), ("Connection", "close"), *headers.items()],
                content=body,
                extensions={"timeout": {**limits, "pool": timeout_seconds}},
            ) as response,
        ):
            text = b""
            for chunk in response.iter_stream():
                text += chunk[: MOST_BYTES - len(text)]
                if len(text) >= MOST_BYTES:
                    break
                if time.monotonic() - began > timeout_seconds:
                    raise Uncertain("no whole answer in time")
            given = {name.lower(): value for name, value in response.headers}
            return Answer(
                response.status,
                text.decode(errors="replace"),
                _seconds(given.get(b"retry-after", b"").decode("latin-1")),
                time.monotonic() - began,
            )
    except (
        httpcore.ConnectError,
        httpcore.ConnectTimeout,
        httpcore.PoolTimeout,
        httpcore.UnsupportedProtocol,
    ) as error:
        raise NotSent(_words(error)) from error
    except httpcore.LocalProtocolError as error:
        raise NotSent(_words(error)) from error
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        raise Uncertain(_words(error)) from error


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _host(url: str) -> str:
    return httpcore.URL(url).host.decode() + _port(httpcore.URL(url).port)


def _port(port: int | None) -> str:
    return f":{port}" if port else ""


def _seconds(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 8 else None


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")[:300]
