"""The demonstration centre is built once, and from scratch when the first try was cut short."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg.conninfo import make_conninfo

from kefu.kernel.errors import RuleBroken, Unavailable
from kefu.site import centre, database, standing, web
from kefu.site.testing.template import scratch_database

pytestmark = pytest.mark.django_db(transaction=True)


def quiet(*_: object) -> None:
    """Say nothing."""


class Builder(SimpleNamespace):
    """Stands for the real demonstration data, which takes its time."""

    LOGINS = (("manager", "manager", "secret"),)
    PROCESSES = {"simulator": ("simulate",)}
    builds = 0
    breaks = False

    def hands(self) -> Any:
        return SimpleNamespace(submit=lambda place, work: work(), shutdown=lambda: None)

    def build(self, progress: Any, hands: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE made_by_demo (id int)")
        if self.breaks:
            raise KeyboardInterrupt
        self.builds += 1


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> Builder:
    builder = Builder()
    monkeypatch.setattr(centre, "_demo", lambda: builder)
    monkeypatch.setattr(web, "collect_static", lambda: None)
    return builder


def tables() -> list[str]:
    return connection.introspection.table_names()


def test_it_is_built_once(builder: Builder) -> None:
    with scratch_database():
        first = centre.prepare(notice=quiet, progress=quiet)
        second = centre.prepare(notice=quiet, progress=quiet)
        assert builder.builds == 1
        assert first == second
        assert first.as_dict() == {
            "logins": [{"role": "manager", "username": "manager", "password": "secret"}],
            "processes": {"simulator": ["simulate"]},
        }
        assert "made_by_demo" in tables()


def test_a_later_start_of_the_same_code_needs_only_what_was_noted(
    builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scratch_database():
        address = make_conninfo(**database.parameters())
        assert standing.read(address) is None
        ready = centre.prepare(notice=quiet, progress=quiet)
        assert standing.read(address) == ready.as_dict()
        monkeypatch.setattr(standing, "code", lambda: "of another version")
        assert standing.read(address) is None


def test_a_build_that_was_cut_short_is_wiped_and_begun_again(builder: Builder) -> None:
    with scratch_database():
        builder.breaks = True
        with pytest.raises(KeyboardInterrupt):
            centre.prepare(notice=quiet, progress=quiet)
        assert "made_by_demo" in tables()
        assert standing.read(make_conninfo(**database.parameters())) is None
        builder.breaks = False
        centre.prepare(notice=quiet, progress=quiet)
        assert builder.builds == 1
        assert database.pending() == []


def test_a_database_of_a_newer_version_is_refused_and_left_alone(builder: Builder) -> None:
    with scratch_database():
        centre.prepare(notice=quiet, progress=quiet)
        MigrationRecorder(connection).record_applied("calls", "9999_from_tomorrow")
        before = tables()
        with pytest.raises(Unavailable, match=r"newer version of Kefu .*calls\.9999_from_tomorrow"):
            centre.prepare(notice=quiet, progress=quiet)
        assert tables() == before


def test_a_real_centre_is_refused_and_left_alone(builder: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    with scratch_database():
        database.migrate(notice=quiet)
        monkeypatch.setattr(centre, "_has_accounts", lambda: True)
        before = tables()
        with pytest.raises(RuleBroken, match="not a demonstration"):
            centre.prepare(notice=quiet, progress=quiet)
        assert tables() == before
        assert builder.builds == 0
