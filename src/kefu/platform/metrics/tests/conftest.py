"""Fixtures: the sample catalogue and its tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kefu.platform.metrics.tests import samples


@pytest.fixture
def catalogue() -> Iterator[None]:
    """The sample catalogue is registered."""
    with samples.registered():
        yield


@pytest.fixture
def sample_tables(db: Any, catalogue: None) -> Iterator[None]:
    """The sample catalogue and its empty tables."""
    with samples.tables():
        yield
