"""Calls in the palette: whole numbers and call keys only."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kefu.areas.calls.models import QueueVisit
from kefu.areas.calls.web.palette import _calls
from kefu.kernel.actor import Actor

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


@pytest.mark.parametrize("text", ["138", "1380", "张伟", "k", "abcdefgh"])
def test_a_part_of_a_number_asks_the_database_nothing(text: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert list(_calls(SYSTEM, text)) == []
    assert len(asked) == 0


def test_the_statements_do_not_grow() -> None:
    assert not QueueVisit.objects.exists()
    with CaptureQueriesContext(connection) as asked:
        list(_calls(SYSTEM, "13800138000"))
    assert len(asked) <= 4
