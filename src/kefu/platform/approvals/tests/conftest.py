"""What every test of requests stands on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kefu.platform.approvals.tests.factories import Staff, answering, declared


@pytest.fixture
def staff(db: None) -> Iterator[Staff]:
    found = Staff()
    with answering(found):
        yield found


@pytest.fixture
def heard() -> Iterator[list[tuple[str, str]]]:
    with declared() as found:
        yield found
