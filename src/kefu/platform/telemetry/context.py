"""What a log line should say about the work it was written in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_trace: ContextVar[str] = ContextVar("kefu_trace", default="")


def trace() -> str:
    """The trace number of the request or job that is being worked on; empty outside of both."""
    return _trace.get()


@contextmanager
def tracing(number: str) -> Iterator[None]:
    """Everything logged in the block carries this trace number."""
    token = _trace.set(number)
    try:
        yield
    finally:
        _trace.reset(token)
