"""Fixtures of the calls room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kefu.areas.calls.models import Source
from kefu.areas.calls.services import ensure_source
from kefu.kernel.actor import Actor
from kefu.platform.partitions import monthly


@pytest.fixture
def system() -> Actor:
    """The product itself."""
    return Actor.system("test")


@pytest.fixture
def pbx(db: None, system: Actor) -> Iterator[Source]:
    """An Asterisk whose log is taken in."""
    monthly.forget()
    yield ensure_source(actor=system, code="pbx1", kind="asterisk-queue-log")
    monthly.forget()
