"""Writes: keep a file, delete a file."""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput, Unavailable
from kefu.platform.files import rules
from kefu.platform.files.models import StoredFile
from kefu.platform.files.registry import PURPOSES, Purpose

CHUNK = 1024 * 1024


def store(*, actor: Actor, stream: Any, name: str, purpose: str) -> StoredFile:
    """Keep the bytes of ``stream`` (an upload, an open file or an iterable of bytes) for ``purpose``.

    The caller has authorised ``actor``. The type is read from the content. When this returns, the bytes are on
    disk (fsync and rename); the record belongs to the caller's transaction. Raises ``InvalidInput`` for a type
    or size that is not accepted or an empty file, ``Unavailable`` when the disk is full.
    """
    declared = PURPOSES.get(purpose)
    now = clock.now()
    uid = uuid.uuid4()
    folder = f"{purpose.replace('.', '/')}/{now:%Y/%m}"
    relative = f"{folder}/{uid}"
    root = Path(settings.FILES_ROOT)
    temporary = root / "incoming" / str(uid)
    try:
        content_type, size, digest = _write(declared, stream, temporary)
        target = root / relative
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary.rename(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise Unavailable(
            _("文件没有保存：%(why)s。请检查磁盘空间和权限。") % {"why": error.strerror or error}
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    try:
        with transaction.atomic():
            return StoredFile.objects.create(
                uid=uid,
                purpose=purpose,
                name=rules.safe_name(name),
                content_type=content_type,
                size=size,
                sha256=digest,
                path=relative,
                created_at=now,
                created_by_id=actor.user_id,
            )
    except BaseException:
        with contextlib.suppress(OSError):
            target.unlink()
        raise


def delete_file(*, actor: Actor, file: StoredFile, reason: str) -> None:
    """Mark the file deleted and remove its bytes once the transaction is committed. The caller has authorised."""
    with transaction.atomic():
        found = StoredFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        if found.deleted_at is not None:
            return
        found.deleted_at = clock.now()
        found.save(update_fields=["deleted_at"])
        auditing.record(
            actor=actor,
            action="files.file:delete",
            target=f"files.file:{found.uid}",
            before={"purpose": found.purpose, "size": found.size, "sha256": found.sha256},
            reason=reason,
        )
        transaction.on_commit(lambda: found.location.unlink(missing_ok=True))


def _write(purpose: Purpose, stream: Any, target: Path) -> tuple[str, int, str]:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size, content_type = hashlib.sha256(), 0, ""
    head = b""
    with open(target, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        for chunk in _chunks(stream):
            if len(head) < rules.HEAD_BYTES:
                head += chunk[: rules.HEAD_BYTES - len(head)]
            size += len(chunk)
            if size > purpose.max_bytes:
                raise InvalidInput(
                    _("文件太大：最多 %(size)s MB。请拆分后再上传。") % {"size": max(1, purpose.max_bytes // 2**20)},
                    field="file",
                    code="file_too_large",
                )
            digest.update(chunk)
            file.write(chunk)
        if size == 0:
            raise InvalidInput(_("文件是空的，请重新选择。"), field="file", code="file_empty")
        content_type = rules.sniff(head)
        if content_type not in purpose.types:
            raise InvalidInput(
                _("不接受这种文件（内容是 %(type)s）。可以上传：%(allowed)s。")
                % {"type": content_type, "allowed": "、".join(purpose.types)},
                field="file",
                code="file_type",
            )
        file.flush()
        os.fsync(file.fileno())
    return content_type, size, digest.hexdigest()


def _chunks(stream: Any) -> Iterator[bytes]:
    if hasattr(stream, "chunks"):
        yield from stream.chunks()
    elif hasattr(stream, "read"):
        while chunk := stream.read(CHUNK):
            yield chunk
    else:
        parts: Iterable[bytes] = stream
        yield from parts


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
