"""Writes: hand in a file, say which column is which, apply, keep mappings."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput, RuleBroken
from kefu.platform.files import services as files
from kefu.platform.files.models import StoredFile
from kefu.platform.imports import queries, rules
from kefu.platform.imports.choices import UploadState
from kefu.platform.imports.engine import reading
from kefu.platform.imports.models import SavedMapping, Upload
from kefu.platform.imports.registry import ImportKind
from kefu.platform.jobs import services as jobs

PURPOSE = "imports.upload"
BUSY = (UploadState.CHECKING, UploadState.APPLYING)


def upload_file(*, actor: Actor, kind: str, stream: Any, name: str) -> Upload:
    """Keep a file and read its header. Raises ``InvalidInput`` for what is no table; then nothing is kept."""
    declared = queries.kind_for(actor, kind)
    with transaction.atomic():
        file = _store(actor, stream, name)
        try:
            layout = reading.inspect(file.location)
        except BaseException:
            with contextlib.suppress(OSError):
                file.location.unlink()
            raise
        saved = queries.best_mapping(declared.code, list(layout.header))
        upload = Upload.objects.create(
            kind=declared.code,
            file=file,
            layout_format=layout.format,
            encoding=layout.encoding,
            delimiter=layout.delimiter,
            header=list(layout.header),
            header_row=layout.header_row,
            mapping=rules.guess_mapping(declared, layout.header, saved.headers if saved else None),
            created_by_id=actor.user_id,
            created_by_label=actor.label[:150],
            created_at=clock.now(),
        )
        auditing.record(
            actor=actor,
            action="imports.upload:create",
            target=f"imports.upload:{upload.uid}",
            after={"kind": declared.code, "sha256": file.sha256, "size": file.size},
        )
    return upload


def check_upload(
    *,
    actor: Actor,
    uid: UUID | str,
    mapping: Mapping[str, int],
    options: Mapping[str, str] | None = None,
    save_as: str = "",
) -> Upload:
    """Fix which column is which and check every row in the background; the mapping is kept as ``save_as``."""
    with transaction.atomic():
        upload, kind = _open(actor, uid)
        if upload.state in BUSY:
            raise RuleBroken(_("正在处理这个文件，请等它结束或先取消。"), code="upload_busy")
        if upload.state == UploadState.APPLIED:
            raise RuleBroken(_("这个文件已经导入完成。如需再次导入，请重新上传。"), code="upload_applied")
        if upload.rows_done:
            raise RuleBroken(_("这个文件已导入了一部分，只能继续导入，不能改列对应。"), code="upload_begun")
        upload.mapping = rules.check_mapping(kind, upload.header, mapping)
        upload.options = _check_options(actor, kind, options or {})
        upload.run_key = rules.run_key(kind.code, upload.file.sha256, upload.mapping, upload.options)
        upload.state = UploadState.CHECKING
        upload.error = ""
        upload.job = jobs.enqueue(
            "imports.check",
            actor=actor,
            title=_("检查 %(name)s") % {"name": upload.file.name},
            dedupe_key=f"upload:{upload.pk}",
            upload_id=upload.pk,
        )
        upload.save()
        if save_as.strip():
            _keep_mapping(actor, kind, upload, save_as.strip())
    return upload


def apply_upload(*, actor: Actor, uid: UUID | str, skip_faulty: bool = False, again: bool = False) -> Upload:
    """Import the checked rows in the background; also goes on with what was stopped or failed half-way.

    Faulty rows must be left out on purpose (``skip_faulty``); the same content a second time too (``again``).
    """
    with transaction.atomic():
        upload, kind = _open(actor, uid)
        resumed = upload.state in (UploadState.STOPPED, UploadState.FAILED) and upload.checked_at is not None
        if upload.state != UploadState.CHECKED and not resumed:
            raise RuleBroken(_("请先检查文件，再导入。"), code="upload_not_checked")
        if upload.rows_good == 0:
            raise RuleBroken(_("没有可以导入的行，请按错误清单修改文件后重新上传。"), code="upload_no_rows")
        if upload.rows_faulty and not (skip_faulty or upload.skip_faulty):
            raise RuleBroken(
                _("有 %(count)d 行不符合要求。请修改后重新上传，或选择跳过这些行。") % {"count": upload.rows_faulty},
                code="upload_faulty",
            )
        earlier = queries.earlier_run(upload)
        if earlier is not None and not again and not upload.rows_done:
            raise RuleBroken(
                _("同样内容的文件已于 %(when)s 导入过。如确需再次导入，请勾选“再次导入”。")
                % {"when": f"{earlier.applied_at or earlier.created_at:%Y-%m-%d %H:%M}"},
                code="upload_repeated",
            )
        upload.skip_faulty = upload.skip_faulty or skip_faulty
        upload.state = UploadState.APPLYING
        upload.error = ""
        upload.job = jobs.enqueue(
            "imports.apply",
            actor=actor,
            title=_("导入 %(name)s") % {"name": upload.file.name},
            dedupe_key=f"upload:{upload.pk}",
            upload_id=upload.pk,
        )
        upload.save()
        auditing.record(
            actor=actor,
            action="imports.upload:apply",
            target=f"imports.upload:{upload.uid}",
            after={
                "kind": kind.code,
                "sha256": upload.file.sha256,
                "rows": upload.rows_good,
                "skipped": upload.rows_faulty,
                "from_row": upload.last_row,
            },
        )
    return upload


def forget_mapping(*, actor: Actor, kind: str, name: str) -> None:
    """Delete a kept mapping."""
    queries.kind_for(actor, kind)
    SavedMapping.objects.filter(kind=kind, name=name).delete()


def _open(actor: Actor, uid: UUID | str) -> tuple[Upload, ImportKind]:
    upload = queries.upload_by_uid(actor, uid)
    kind = queries.kind_for(actor, upload.kind)
    locked = Upload.objects.select_for_update(of=("self",)).select_related("file", "job").get(pk=upload.pk)
    locked.state = locked.settled_state
    return locked, kind


def _store(actor: Actor, stream: Any, name: str) -> StoredFile:
    try:
        return files.store(actor=actor, stream=stream, name=name, purpose=PURPOSE)
    except InvalidInput as error:
        if error.code != "file_type":
            raise
        raise InvalidInput(_("这不是表格文件。请上传 xlsx 或 CSV。"), field="file", code="file_type") from None


def _check_options(actor: Actor, kind: ImportKind, options: Mapping[str, str]) -> dict[str, str]:
    result: dict[str, str] = {}
    errors: dict[str, str] = {}
    for option in kind.options:
        value = options.get(option.code, "")
        if value and value not in {str(code) for code, _label in option.choices(actor)}:
            errors[option.code] = _("请从列出的选项中选择一项。")
        elif option.required and not value:
            errors[option.code] = _("请选择。")
        elif value:
            result[option.code] = value
    if errors:
        raise InvalidInput(_("请补全导入选项。"), errors=errors, code="options")
    return result


def _keep_mapping(actor: Actor, kind: ImportKind, upload: Upload, name: str) -> None:
    if len(name) > 100:
        raise InvalidInput(_("方案名称最多 100 个字。"), field="save_as")
    SavedMapping.objects.update_or_create(
        kind=kind.code,
        name=name,
        defaults={
            "headers": {code: upload.header[index] for code, index in upload.mapping.items()},
            "created_by_id": actor.user_id,
            "updated_at": clock.now(),
        },
    )
