"""What can run in the background: jobs and tickers, declared by the ``jobs`` module of each app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from kefu.kernel.registry import Registry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from kefu.platform.jobs.context import JobContext

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A registered job; ``retries`` counts further attempts after an error (with a growing pause between)."""

    name: str
    title: StrOrPromise
    fn: Callable[..., Any]
    queue: str = "default"
    retries: int = 0


@dataclass(frozen=True, slots=True)
class TickerSpec:
    """A function that some worker calls every ``every`` seconds, never two at a time."""

    name: str
    every: float
    fn: Callable[[datetime], Any]


JOBS: Registry[JobSpec] = Registry("jobs", lambda spec: spec.name)
TICKERS: Registry[TickerSpec] = Registry("tickers", lambda spec: spec.name)


def job(
    name: str, *, title: StrOrPromise, queue: str = "default", retries: int = 0
) -> Callable[[Callable[Concatenate[JobContext, P], R]], Callable[Concatenate[JobContext, P], R]]:
    """Register ``fn(ctx, **kwargs)`` under ``room.verb_noun``.

    The function must be idempotent: after a crash it is called again with the same arguments. What it returns
    (a JSON-able mapping or ``None``) is kept as the job's result; a ``url`` in it becomes the result link.
    """

    def declare(fn: Callable[Concatenate[JobContext, P], R]) -> Callable[Concatenate[JobContext, P], R]:
        JOBS.register(JobSpec(name=name, title=title, fn=fn, queue=queue, retries=retries))
        return fn

    return declare


def ticker(name: str, *, every: float) -> Callable[[Callable[[datetime], R]], Callable[[datetime], R]]:
    """Register ``fn(now)`` to be run every ``every`` seconds by exactly one worker process at a time.

    An error is logged and counted and slows the ticker down; it never ends the loop. The function should end
    within seconds and must not keep a transaction open when it returns.
    """

    def declare(fn: Callable[[datetime], R]) -> Callable[[datetime], R]:
        TICKERS.register(TickerSpec(name=name, every=every, fn=fn))
        return fn

    return declare
