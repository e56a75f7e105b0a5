"""The routers that apps mount below ``/api/v1/``."""

from __future__ import annotations

from dataclasses import dataclass

from ninja import Router

from kefu.kernel.registry import Registry


@dataclass(frozen=True, eq=False)
class Mount:
    """A router and where it hangs."""

    prefix: str
    router: Router
    tag: str


MOUNTS: Registry[Mount] = Registry("api routers", lambda mount: mount.prefix)


def add_router(prefix: str, router: Router, *, tag: str = "") -> None:
    """Mount ``router`` at ``/api/v1/<prefix>``; called in ``AppConfig.ready`` (the routes' module imported there).

    ``tag`` groups the operations in the documentation and is the prefix when left out.
    """
    clean = "/" + prefix.strip("/")
    MOUNTS.register(Mount(clean, router, tag or clean.strip("/")))
