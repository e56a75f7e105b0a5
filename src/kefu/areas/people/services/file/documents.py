"""Papers and the photo: kept by content, opened by whoever may see the file, each reading in the audit."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.areas.people import permissions
from kefu.areas.people.adapters.photos import portrait
from kefu.areas.people.choices import DocumentPurpose
from kefu.areas.people.models import Employee, EmployeeDocument
from kefu.areas.people.services.file.applying import drop_documents, locked_file
from kefu.areas.people.services.file.rights import check_keeper
from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access.services import authorise
from kefu.platform.files import services as files
from kefu.platform.files.models import StoredFile

DOCUMENT = "people.document"
PHOTO = "people.photo"
MOST_DOCUMENTS = 100


def store_photo(actor: Actor, upload: Any) -> StoredFile:
    """Keep a photo. The caller has authorised; the record belongs to the caller's transaction."""
    return files.store(actor=actor, stream=[portrait(upload)], name="photo.jpg", purpose=PHOTO)


def store_document(
    actor: Actor, employee: Employee, upload: Any, *, purpose: str, title: str, is_pending: bool = False
) -> EmployeeDocument:
    """Keep a paper. The caller has authorised; the record belongs to the caller's transaction."""
    if purpose not in DocumentPurpose.values:
        raise InvalidInput(_("请选择资料的用途。"), field="purpose")
    if EmployeeDocument.objects.filter(employee=employee).count() >= MOST_DOCUMENTS:
        raise InvalidInput(_("一份档案最多 %(most)d 份资料。") % {"most": MOST_DOCUMENTS}, field="file")
    stored = files.store(actor=actor, stream=upload, name=upload.name, purpose=DOCUMENT)
    return EmployeeDocument.objects.create(
        employee=employee,
        purpose=purpose,
        title=title.strip()[:120] or str(DocumentPurpose(purpose).label),
        file=stored,
        is_pending=is_pending,
        uploaded_by_id=actor.user_id,
        uploaded_at=clock.now(),
    )


def add_document(*, actor: Actor, employee: Employee, upload: Any, purpose: str, title: str = "") -> EmployeeDocument:
    """Put a paper (PDF or picture, at most 10 MB) into somebody's file."""
    authorise(actor, permissions.FILE_MANAGE, node_id=employee.unit_id)
    with transaction.atomic():
        locked, _file = locked_file(employee)
        check_keeper(actor, locked)
        document = store_document(actor, locked, upload, purpose=purpose, title=title)
        _record(actor, locked, "people.document:add", document)
    return document


def remove_document(*, actor: Actor, employee: Employee, document_id: int, reason: str) -> None:
    """Take a paper out of the file and destroy it. What pointed to it goes on without a scan."""
    authorise(actor, permissions.FILE_MANAGE, node_id=employee.unit_id)
    if len(reason.strip()) < 4:
        raise InvalidInput(_("请写明移除理由（至少 4 个字）。"), field="reason")
    with transaction.atomic():
        locked, _file = locked_file(employee)
        check_keeper(actor, locked)
        document = EmployeeDocument.objects.filter(employee=locked, pk=document_id, is_pending=False).first()
        if document is None:
            raise NotFound(_("这份资料已不在档案里，请刷新后重试。"))
        _record(actor, locked, "people.document:remove", document, reason.strip())
        drop_documents([document.pk], "removed")


def _record(actor: Actor, employee: Employee, action: str, document: EmployeeDocument, reason: str = "") -> None:
    auditing.record(
        actor=actor,
        action=action,
        target=f"people.employee:{employee.pk}",
        after={"document": document.pk, "purpose": document.purpose, "sha256": document.file.sha256},
        reason=reason,
        node_id=employee.unit_id,
    )
