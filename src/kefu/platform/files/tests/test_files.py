"""Given files that are handed in, when they are kept and read, then only what fits, by whom it concerns."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access.models import User
from kefu.platform.files import queries, rules, services, web
from kefu.platform.files.models import StoredFile
from kefu.platform.files.registry import PURPOSES, purpose
from kefu.platform.jobs.testing import tick

SYSTEM = Actor.system("test")
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(256)) * 4
XLSX_HEAD = b"PK\x03\x04" + b"\x00" * 26 + b"[Content_Types].xml"


@pytest.fixture(autouse=True)
def _purposes(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.FILES_ROOT = tmp_path / "files"
    known = dict(PURPOSES._items)
    purpose("test.sound", "test.nobody", ("audio/wav",), 4096, may_read=lambda viewer, file: viewer.label == "qian")
    purpose("test.note", "test.nobody", (rules.TEXT,), 100, keep_days=7)
    yield
    PURPOSES._items.clear()
    PURPOSES._items.update(known)


def keep(content: bytes, name: str = "a.wav", purpose_code: str = "test.sound") -> StoredFile:
    return services.store(actor=SYSTEM, stream=io.BytesIO(content), name=name, purpose=purpose_code)


@pytest.mark.django_db
def test_a_file_is_kept_whole_with_its_type_and_digest() -> None:
    file = keep(WAV, name="../录音 1.wav")
    assert (file.name, file.content_type, file.size) == ("录音 1.wav", "audio/wav", len(WAV))
    assert file.location.read_bytes() == WAV
    assert file.location.stat().st_mode & 0o077 == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file_empty"), (WAV * 5, "file_too_large"), (b"MZ\x90\x00\x03", "file_type"), (b"<html>", "file_type")],
)
def test_what_does_not_fit_leaves_nothing(content: bytes, code: str, settings: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        keep(content)
    assert caught.value.code == code
    assert not StoredFile.objects.exists()
    assert [path for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_only_who_may_reads_and_the_rest_cannot_tell_that_it_exists(client: Client) -> None:
    file = keep(WAV)
    sun = User.objects.create(username="sun", display_name="s")
    qian = User.objects.create(username="qian", display_name="q")
    with pytest.raises(NotFound):
        queries.readable_file(sun.as_actor(), file.uid)
    assert queries.readable_file(qian.as_actor(), file.uid).pk == file.pk
    assert client.get(f"/files/{file.uid}").status_code in (302, 401)


@pytest.mark.django_db
def test_parts_of_a_file(client: Client) -> None:
    file = keep(WAV)
    client.force_login(User.objects.create(username="qian", display_name="q"))
    url = f"/files/{file.uid}"
    whole = client.get(url)
    assert (whole.status_code, whole.getvalue(), whole["Accept-Ranges"]) == (200, WAV, "bytes")
    part = client.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.getvalue()) == (206, WAV[10:20])
    assert part["Content-Range"] == f"bytes 10-19/{len(WAV)}"
    assert client.get(url, headers={"Range": "bytes=-5"}).getvalue() == WAV[-5:]
    assert client.get(url, headers={"Range": "bytes=1000-"}).getvalue() == WAV[1000:]
    assert client.get(url, headers={"Range": f"bytes={len(WAV)}-"}).status_code == 416
    assert client.get(url, headers={"Range": "bytes=10-19", "If-Range": '"other"'}).status_code == 200
    assert client.get(url, headers={"If-None-Match": whole["ETag"]}).status_code == 304
    assert client.head(url)["Content-Length"] == str(len(WAV))
    assert client.post(url).status_code == 405
    assert whole["Content-Disposition"].startswith("inline")


@pytest.mark.django_db(transaction=True)
def test_deleting_removes_the_bytes_after_the_commit() -> None:
    file = keep(WAV)
    with transaction.atomic():
        services.delete_file(actor=SYSTEM, file=file, reason="test")
        assert file.location.exists()
    assert not file.location.exists()
    with pytest.raises(NotFound):
        queries.readable_file(SYSTEM, file.uid)


@pytest.mark.django_db(transaction=True)
def test_old_files_expire_and_orphans_are_swept() -> None:
    old, young = keep(b"old", purpose_code="test.note"), keep(b"young", purpose_code="test.note")
    now = clock.now()
    StoredFile.objects.filter(pk=old.pk).update(created_at=now - timedelta(days=8))
    tick("files.expire", now)
    assert not old.location.exists()
    assert young.location.exists()
    orphan = young.location.with_name("0b4f9a8e-0000-4000-8000-000000000000")
    orphan.write_bytes(b"x")
    tick("files.sweep", now)
    assert orphan.exists()
    tick("files.sweep", now + timedelta(days=2))
    assert not orphan.exists()
    assert young.location.exists()


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (WAV, "audio/wav"),
        (XLSX_HEAD, rules.XLSX),
        (b"PK\x03\x04rest", rules.ZIP),
        (b"%PDF-1.7", "application/pdf"),
        ("姓名,工号\n".encode("gb18030"), rules.TEXT),
        ("姓名,工号\n".encode("utf-16"), rules.UTF16),
        (b"a\x00b", rules.UNKNOWN),
    ],
)
def test_sniff(head: bytes, expected: str) -> None:
    assert rules.sniff(head) == expected


@given(st.text(max_size=300))
def test_a_safe_name_is_short_and_has_no_folder(name: str) -> None:
    safe = rules.safe_name(name)
    assert 0 < len(safe) <= 130
    assert not set(safe) & set('/\\\x00\n"')


@given(st.text(alphabet="0123456789-=bytes,", max_size=30), st.integers(0, 1000))
def test_a_part_lies_within_the_file(header: str, size: int) -> None:
    try:
        span = rules.parse_range(header, size)
    except rules.Unsatisfiable:
        return
    assert span is None or 0 <= span.start <= span.end < size


async def test_the_server_reads_a_part_without_blocking(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(WAV)
    parts = [part async for part in web._read_async(path, rules.Span(5, 904))]
    assert b"".join(parts) == WAV[5:905]
