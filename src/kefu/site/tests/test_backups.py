"""Backup and restore, from end to end, and what a damaged archive does: nothing."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from kefu.kernel.errors import Conflict, InvalidInput, RuleBroken, Unavailable
from kefu.site import backups, database
from kefu.site.backups import archive, journal, programs, restoring, saving
from kefu.site.backups.counting import Fingerprint, fingerprints
from kefu.site.testing.template import scratch_database

pytestmark = pytest.mark.django_db(transaction=True)


def quiet(*_: object) -> None:
    """Say nothing."""


@pytest.fixture
def home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("KEFU_SECRET_KEY", raising=False)
    settings.HOME = tmp_path / "home"
    settings.FILES_ROOT = settings.HOME / "files"
    (settings.FILES_ROOT / "2026").mkdir(parents=True)
    (settings.FILES_ROOT / "2026" / "录音.wav").write_bytes(b"RIFF" * 1000)
    (settings.HOME / "secret.key").write_text("first key")
    return Path(settings.HOME)


def fill(*names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS django_migrations (app text, name text)")
        cursor.execute("CREATE TABLE IF NOT EXISTS kept (name text)")
        cursor.executemany("INSERT INTO kept VALUES (%s)", [[name] for name in names])


def kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM kept ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


@pytest.fixture
def saved(home: Path, tmp_path: Path) -> Path:
    """An archive with two rows, one file and the key."""
    target = tmp_path / "backup.tar"
    with scratch_database():
        fill("甲", "乙")
        backups.save(target, progress=quiet)
    return target


def test_what_was_saved_comes_back_into_an_empty_database(home: Path, saved: Path, settings: Any) -> None:
    (settings.FILES_ROOT / "2026" / "录音.wav").unlink()
    (settings.FILES_ROOT / "2026").rmdir()
    (home / "secret.key").write_text("second key")
    with scratch_database():
        manifest = backups.restore(saved, replace=False, notice=quiet)
        assert kept() == ["乙", "甲"]
    assert manifest.rows["kept"] == 2
    assert (settings.FILES_ROOT / "2026" / "录音.wav").read_bytes() == b"RIFF" * 1000
    assert (home / "secret.key").read_text() == "first key"
    assert [path.read_text() for path in home.glob("secret.key.replaced-*")] == ["second key"]


def test_present_data_are_replaced_only_when_asked(home: Path, saved: Path) -> None:
    with scratch_database():
        fill("丙")
        with pytest.raises(Conflict, match="not empty"):
            backups.restore(saved, replace=False, notice=quiet)
        assert kept() == ["丙"]
        backups.restore(saved, replace=True, notice=quiet)
        assert kept() == ["乙", "甲"]


def test_a_backup_never_overwrites(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "present.tar"
    target.write_text("mine")
    with pytest.raises(Conflict, match="exists already"):
        backups.save(target, progress=quiet)
    assert target.read_text() == "mine"


def test_a_backup_that_fails_leaves_nothing(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise Unavailable("pg_dump failed")

    monkeypatch.setattr(programs, "run", broken)
    folder = tmp_path / "out"
    folder.mkdir()
    with scratch_database():
        fill("甲")
        with pytest.raises(Unavailable):
            backups.save(folder / "backup.tar", progress=quiet)
    assert list(folder.iterdir()) == []


def change(path: Path, member: str, data: bytes | None) -> None:
    """Rewrite the archive with one member changed, or left out."""
    with tarfile.open(path) as before:
        members = [(info, (before.extractfile(info) or io.BytesIO()).read()) for info in before]
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as after:
        for info, old in members:
            if info.name == member:
                if data is None:
                    continue
                old, info.size = data, len(data)
            after.addfile(info, io.BytesIO(old))


@pytest.mark.parametrize(
    ("member", "data", "words"),
    [
        (archive.DUMP, b"something else", "damaged"),
        ("files/2026/录音.wav", None, "damaged"),
        (archive.MANIFEST, None, "cut short"),
        (archive.MANIFEST, b"{", "not a whole"),
    ],
)
def test_a_damaged_archive_changes_nothing(
    home: Path, saved: Path, member: str, data: bytes | None, words: str
) -> None:
    change(saved, member, data)
    with scratch_database():
        fill("丙")
        with pytest.raises(InvalidInput, match=words):
            backups.restore(saved, replace=True, notice=quiet)
        assert kept() == ["丙"]
    assert (home / "files" / "2026" / "录音.wav").exists()


def test_a_truncated_archive_changes_nothing(home: Path, saved: Path) -> None:
    saved.write_bytes(saved.read_bytes()[: saved.stat().st_size // 3])
    with scratch_database(), pytest.raises(InvalidInput):
        backups.restore(saved, replace=True, notice=quiet)


def test_an_archive_cannot_write_outside(home: Path, saved: Path, tmp_path: Path) -> None:
    with tarfile.open(saved, "a") as tar:
        info = tarfile.TarInfo("files/../../../escaped")
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))
    with scratch_database(), pytest.raises(InvalidInput, match="unexpected member"):
        backups.restore(saved, replace=True, notice=quiet)
    assert not list(tmp_path.rglob("escaped"))


def test_missing_rows_are_noticed_before_the_present_data_go(
    home: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = {"kept": Fingerprint(1, "7"), "django_migrations": Fingerprint(0, "0")}
    monkeypatch.setattr(restoring, "fingerprints", lambda _: short)
    with scratch_database():
        fill("丙")
        with pytest.raises(RuleBroken, match="kept: 1 instead of 2"):
            backups.restore(saved, replace=True, notice=quiet)
        assert kept() == ["丙"]


def test_the_whole_product_survives_the_round_trip(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "whole.tar"
    with scratch_database():
        database.migrate(notice=quiet)
        before = backups.save(target, progress=quiet)
    with scratch_database():
        backups.restore(target, replace=True, notice=quiet)
        assert database.pending() == []
        after = backups.save(tmp_path / "again.tar", progress=quiet)
    assert after.rows == before.rows
    assert after.digests == before.digests
    assert after.migrations == before.migrations


def test_other_rows_in_the_same_number_are_noticed(home: Path, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load = restoring._load

    def load_and_change(dump: Path, name: str) -> None:
        load(dump, name)
        with closing(database.connect(name)) as side, side:
            side.execute("UPDATE kept SET name = '丁' WHERE name = '乙'")

    monkeypatch.setattr(restoring, "_load", load_and_change)
    with scratch_database():
        fill("丙")
        with pytest.raises(RuleBroken, match="other rows than those that were saved; first kept"):
            backups.restore(saved, replace=True, notice=quiet)
        assert kept() == ["丙"]
    assert journal.read(home) is None


def test_a_fingerprint_does_not_depend_on_order_or_on_settings() -> None:
    with scratch_database():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE kept (at timestamptz, part float8, blob bytea)")
            cursor.execute("INSERT INTO kept VALUES ('2026-11-20 08:00+08', 0.1, '\\x00ff'), (NULL, 1e300, NULL)")
        marks = []
        for zone in ("UTC", "Asia/Shanghai"):
            with closing(database.connect()) as other:
                other.execute(f"SET TimeZone = '{zone}'")
                marks.append(fingerprints(other)["kept"])
            with connection.cursor() as cursor:  # the rows change places
                cursor.execute("UPDATE kept SET part = part WHERE at IS NOT NULL")
        assert marks[0] == marks[1]
        assert marks[0].rows == 2


def killed() -> int:
    """The number of a process that was there and is not any more."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_a_restore_that_was_cut_short_holds_everybody_up_until_it_is_done_again(home: Path, saved: Path) -> None:
    journal.begin(home, saved)
    entry = json.loads((home / journal.NAME).read_text())
    (home / journal.NAME).write_text(json.dumps(entry | {"pid": killed()}))

    with pytest.raises(Conflict, match=r"cut short.*kefu restore --replace"):
        journal.require_none(home)
    with scratch_database():
        fill("丙")
        # when it is called again, without --replace
        backups.restore(saved, replace=False, notice=quiet)
        assert kept() == ["乙", "甲"]
    journal.require_none(home)


def test_two_restores_do_not_run_at_once(home: Path, saved: Path) -> None:
    journal.begin(home, saved)
    entry = json.loads((home / journal.NAME).read_text())
    (home / journal.NAME).write_text(json.dumps(entry | {"pid": os.getppid()}))
    with pytest.raises(Conflict, match="is restoring"):
        journal.begin(home, saved)


def test_leftovers_of_killed_backups_and_restores_are_removed(home: Path, saved: Path, tmp_path: Path) -> None:
    dead, living = killed(), os.getpid()
    (tmp_path / f".kefu-backup-{dead}-abc").mkdir()
    (tmp_path / f".backup.tar.{dead}.partial").write_text("half")
    (tmp_path / f".other.tar.{living}.partial").write_text("somebody is writing")
    assert {path.name for path in saving.sweep(tmp_path)} == {f".kefu-backup-{dead}-abc", f".backup.tar.{dead}.partial"}
    assert (tmp_path / f".other.tar.{living}.partial").exists()

    with scratch_database():
        present = database.parameters()["dbname"]
        names = [f"{present}_restoring_{dead}", f"{present}_replaced_{dead}"]
        with closing(database.connect("postgres", autocommit=True)) as server:
            for name in (*names, f"{present}_restoring_{living}"):
                server.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
            try:
                assert restoring.sweep(present) == sorted(names)
                assert restoring.leftovers(present) == []
            finally:
                server.execute(f'DROP DATABASE "{present}_restoring_{living}"')
