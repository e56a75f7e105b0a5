"""A first migration makes the same schema whether or not Django renders its models over and over."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from django.db import connection

from kefu.site import database
from kefu.site.testing.template import scratch_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CATALOGUE = """
    SELECT 'column', table_name, column_name, concat_ws(' ', data_type, is_nullable, column_default)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""


def schema() -> set[tuple[Any, ...]]:
    database.migrate(notice=lambda _text: None)
    with connection.cursor() as cursor:
        cursor.execute(CATALOGUE)
        return set(cursor.fetchall())


def test_the_schema_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with scratch_database():
        lean = schema()
    monkeypatch.setattr(database, "lean_states", nullcontext)
    with scratch_database():
        thorough = schema()
    assert len(lean) > 1000
    assert lean == thorough
