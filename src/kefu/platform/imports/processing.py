"""Runs through a file in chunks: typed rows, what is wrong with the others; the check and the application."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.errors import InvalidInput, RuleBroken
from kefu.platform.imports.choices import UploadState
from kefu.platform.imports.engine import reading, values
from kefu.platform.imports.models import ImportFault, Upload
from kefu.platform.imports.registry import KINDS, Column, ImportContext, ImportKind, Row
from kefu.platform.jobs.context import JobCancelled, JobContext, Stopped
from kefu.platform.privacy import masking

KEPT_FAULTS = 2000


@dataclass(slots=True)
class Chunk:
    """Some consecutive rows of a file."""

    total: int = 0
    last_row: int = 0
    rows: list[Row] = field(default_factory=list)
    faults: list[ImportFault] = field(default_factory=list)
    faulty_rows: int = 0


def chunks(kind: ImportKind, upload: Upload, context: ImportContext) -> Iterator[Chunk]:
    """The whole file, in chunks of the kind's size; the same file gives the same chunks every time."""
    zone = ZoneInfo(settings.TIME_ZONE)
    width = len(upload.header)
    done = 0
    with reading.opened(upload.file.location, upload.layout) as body:
        while part := list(islice(body, kind.chunk_rows)):
            done += len(part)
            if done > kind.max_rows:
                raise InvalidInput(
                    _("文件超过 %(count)d 行，请拆分后分别导入。") % {"count": kind.max_rows}, code="too_many_rows"
                )
            yield _chunk(kind, upload.mapping, part, width, zone, context)


def _chunk(
    kind: ImportKind,
    mapping: Mapping[str, int],
    part: list[tuple[int, list[Any]]],
    width: int,
    zone: ZoneInfo,
    context: ImportContext,
) -> Chunk:
    chunk = Chunk(total=len(part), last_row=part[-1][0])
    formed: list[Row] = []
    for number, cells in part:
        row, faults = _typed(kind, mapping, number, cells, width, zone)
        if faults:
            chunk.faulty_rows += 1
            chunk.faults += faults
        else:
            formed.append(row)
    if kind.prepare is not None and formed:
        kind.prepare(formed, context)
    for row in formed:
        found = [_fault(kind, row, problem) for problem in kind.validate(row, context)]
        if found:
            chunk.faulty_rows += 1
            chunk.faults += found
        else:
            chunk.rows.append(row)
    return chunk


def _typed(
    kind: ImportKind, mapping: Mapping[str, int], number: int, cells: list[Any], width: int, zone: ZoneInfo
) -> tuple[Row, list[ImportFault]]:
    result: dict[str, Any] = {}
    faults: list[ImportFault] = []
    extra = [cell for cell in cells[width:] if cell is not None and str(cell).strip()]
    if extra:
        faults.append(
            ImportFault(
                row=number, message=_("比表头多出 %(count)d 个单元格，可能有未加引号的分隔符") % {"count": len(extra)}
            )
        )
    for column in kind.columns:
        index = mapping.get(column.code, -1)
        cell = cells[index] if 0 <= index < len(cells) else None
        try:
            result[column.code] = values.typed(column, cell, zone)
        except values.BadCell as error:
            faults.append(
                ImportFault(row=number, column=column.code, value=shown(column, cell), message=str(error)[:300])
            )
    return Row(number, result), faults


def _fault(kind: ImportKind, row: Row, problem: tuple[str, str] | str) -> ImportFault:
    if isinstance(problem, str):
        return ImportFault(row=row.number, message=problem[:300])
    code, message = problem
    column = next((column for column in kind.columns if column.code == code), None)
    value = shown(column, row.get(code)) if column else ""
    return ImportFault(row=row.number, column=code, value=value, message=str(message)[:300])


def shown(column: Column, cell: Any) -> str:
    """The cell as it may be shown in a list of faults: short, and masked where the column is personal."""
    if cell is None:
        return ""
    text = str(cell).replace("\x00", "\ufffd")
    return (masking.mask(column.mask, text) if column.mask else text)[:120]


def kind_of(upload: Upload) -> ImportKind:
    """The upload's kind; raises ``RuleBroken`` when the product no longer has it."""
    kind = KINDS.find(upload.kind)
    if kind is None:
        raise RuleBroken(_("当前版本不再支持这种导入。"))
    return kind


def run_check(job: JobContext, upload_id: int) -> dict[str, int]:
    """The dry run: nothing is written but the list of faults (counted in full, kept to a bound)."""
    upload = Upload.objects.select_related("file").get(pk=upload_id)
    if upload.state != UploadState.CHECKING:
        return {}
    kind = kind_of(upload)
    context = ImportContext(actor=job.requester, options=upload.options)
    total = faulty = faults_total = 0
    kept: list[ImportFault] = []
    try:
        for chunk in chunks(kind, upload, context):
            total += chunk.total
            faulty += chunk.faulty_rows
            faults_total += len(chunk.faults)
            kept += chunk.faults[: KEPT_FAULTS - len(kept)]
            job.progress(total, None, _("已检查 %(count)d 行") % {"count": total})
    except JobCancelled:
        _end(upload, UploadState.UPLOADED)
        raise
    except (Stopped, OperationalError, InterfaceError):
        raise
    except Exception as error:
        _end(upload, UploadState.FAILED, error=str(getattr(error, "message", "")) or _("检查时出错"))
        raise
    with transaction.atomic():
        locked = Upload.objects.select_for_update(of=("self",)).get(pk=upload_id)
        ImportFault.objects.filter(upload=locked).delete()
        for fault in kept:
            fault.upload = locked
        ImportFault.objects.bulk_create(kept, batch_size=500)
        locked.state = UploadState.CHECKED
        locked.rows_total, locked.rows_faulty, locked.faults_total = total, faulty, faults_total
        locked.checked_at = clock.now()
        locked.error = ""
        locked.save()
    return {"rows": total, "faulty": faulty}


def run_apply(job: JobContext, upload_id: int) -> dict[str, int]:
    """Write the good rows chunk by chunk; each chunk and the mark how far we are commit together.

    Rows before the mark are read (so that duplicates within the file are still found) but not written again.
    """
    upload = Upload.objects.select_related("file").get(pk=upload_id)
    if upload.state != UploadState.APPLYING:
        return dict(upload.counts)
    kind = kind_of(upload)
    context = ImportContext(actor=job.requester, options=upload.options, is_dry_run=False)
    seen = 0
    try:
        for chunk in chunks(kind, upload, context):
            seen += chunk.total
            if chunk.last_row > upload.last_row:
                upload = _apply_chunk(kind, upload_id, chunk, context)
            job.progress(seen, upload.rows_total, _("已导入 %(count)d 行") % {"count": upload.rows_done})
    except JobCancelled:
        _end(upload, UploadState.STOPPED)
        raise
    except (Stopped, OperationalError, InterfaceError):
        raise
    except Exception as error:
        _end(upload, UploadState.FAILED, error=str(getattr(error, "message", "")) or _("导入时出错"))
        raise
    with transaction.atomic():
        locked = Upload.objects.select_for_update(of=("self",)).select_related("file").get(pk=upload_id)
        if locked.state == UploadState.APPLYING:
            locked.state, locked.applied_at, locked.error = UploadState.APPLIED, clock.now(), ""
            locked.save(update_fields=["state", "applied_at", "error"])
            auditing.record(
                actor=job.requester,
                action="imports.upload:finish",
                target=f"imports.upload:{locked.uid}",
                after={"kind": locked.kind, "sha256": locked.file.sha256, "rows": locked.rows_done, **locked.counts},
            )
    return dict(locked.counts)


def _apply_chunk(kind: ImportKind, upload_id: int, chunk: Chunk, context: ImportContext) -> Upload:
    with transaction.atomic():
        locked = Upload.objects.select_for_update(of=("self",)).select_related("file").get(pk=upload_id)
        if locked.state != UploadState.APPLYING or locked.last_row >= chunk.last_row:
            return locked
        if chunk.faulty_rows and not locked.skip_faulty:
            raise RuleBroken(
                _("第 %(row)d 行在检查之后变得不符合要求：%(why)s。此前的行已导入，请重新检查后继续。")
                % {"row": chunk.faults[0].row, "why": chunk.faults[0].message}
            )
        counts = (kind.apply(chunk.rows, context.actor, context) or {}) if chunk.rows else {}
        for name, count in counts.items():
            locked.counts[name] = locked.counts.get(name, 0) + count
        locked.rows_done += len(chunk.rows)
        locked.last_row = chunk.last_row
        locked.save(update_fields=["counts", "rows_done", "last_row"])
        return locked


def _end(upload: Upload, state: UploadState, *, error: str = "") -> None:
    Upload.objects.filter(pk=upload.pk).update(state=state, error=error)
