"""Taking values out of every declared text of the database, and files that hold them off the disk."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Q

from kefu.kernel.actor import Actor
from kefu.platform.files import rules
from kefu.platform.files import services as files
from kefu.platform.files.models import StoredFile
from kefu.platform.privacy.choices import Erasure
from kefu.platform.privacy.finding import Finder
from kefu.platform.privacy.registry import PERSONAL_FIELDS

ELSEWHERE = frozenset({Erasure.REDACT, Erasure.VAULT, Erasure.EMPLOYEE})
"""The audit redacts by itself, the vault destroys, and people empty the file of the employee."""

LONGEST_SEARCHED = 200 * 2**20

Progress = Callable[[str], None]


def scrub_tables(finder: Finder, progress: Progress) -> dict[str, int]:
    """Replace the values in every declared text and JSON column; how many rows of which table were changed."""
    counts: dict[str, int] = {}
    if not finder:
        return counts
    for model, fields in _columns().items():
        progress(model._meta.label)
        changed = _scrub(model, fields, finder)
        if changed:
            counts[model._meta.label] = changed
    return counts


def _columns() -> dict[type[models.Model], list[models.Field[Any, Any]]]:
    found: dict[type[models.Model], list[models.Field[Any, Any]]] = {}
    for declared in PERSONAL_FIELDS:
        if declared.erasure in ELSEWHERE:
            continue
        model = apps.get_model(declared.model)
        field = model._meta.get_field(declared.field)
        if isinstance(field, models.CharField | models.TextField | models.JSONField):
            found.setdefault(model, []).append(field)
    return found


def _scrub(model: type[models.Model], fields: list[models.Field[Any, Any]], finder: Finder) -> int:
    table = connection.ops.quote_name(model._meta.db_table)
    names = [connection.ops.quote_name(str(field.column)) for field in fields]
    where = " OR ".join(f"{name}::text ~* %s" for name in names)
    selected = ", ".join(f"{name}::text" for name in names)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT tableoid, ctid::text, {selected} FROM {table} WHERE {where} FOR UPDATE",  # noqa: S608 (names of our own columns)
            [finder.sql] * len(names),
        )
        rows = cursor.fetchall()
        if not rows:
            return 0
        # Some tables refuse every change of what was written; erasing a person is the one change there is.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for oid, place, *texts in rows:
            values = [_replaced(field, text, finder) for field, text in zip(fields, texts, strict=True)]
            assignments = ", ".join(
                f"{name} = %s{'::jsonb' if isinstance(field, models.JSONField) else ''}"
                for name, field in zip(names, fields, strict=True)
            )
            cursor.execute(
                f"UPDATE {table} SET {assignments} WHERE tableoid = %s AND ctid = %s::tid",  # noqa: S608
                [*values, oid, place],
            )
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return len(rows)


def _replaced(field: models.Field[Any, Any], text: str | None, finder: Finder) -> str | None:
    if text is None:
        return None
    if isinstance(field, models.JSONField):
        return json.dumps(finder.replaced_in(json.loads(text)), ensure_ascii=False)
    return finder.replaced(text)[: field.max_length] if field.max_length else finder.replaced(text)


def delete_files_with(finder: Finder, actor: Actor, reason: str, progress: Progress) -> int:
    """Delete every stored table or text that holds one of the values; returns how many.

    Pictures, sound and PDF are not searched: they go with the row that they belong to.
    """
    if not finder:
        return 0
    done = 0
    kinds = Q(content_type__startswith="text/") | Q(content_type__in=[rules.XLSX, rules.DOCX, rules.ZIP, rules.UNKNOWN])
    for file in StoredFile.objects.filter(kinds, deleted_at__isnull=True).order_by("id").iterator():
        progress("files")
        if _holds(file, finder):
            files.delete_file(actor=actor, file=file, reason=reason)
            done += 1
    return done


def _holds(file: StoredFile, finder: Finder) -> bool:
    try:
        data = file.location.read_bytes() if file.size <= LONGEST_SEARCHED else b""
    except OSError:
        return False
    return any(finder.is_in(text) for text in _texts(data))


def _texts(data: bytes) -> list[str]:
    if not data.startswith(b"PK\x03\x04"):
        return [data.decode(encoding, "ignore") for encoding in ("utf-8", "gb18030", "utf-16")]
    found: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                if member.file_size <= LONGEST_SEARCHED:
                    content = archive.read(member)
                    found += (
                        _texts(content) if content.startswith(b"PK\x03\x04") else [content.decode("utf-8", "ignore")]
                    )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return []
    return found
