"""Reads: kinds a viewer may import, uploads, faults, a look into the file."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound
from kefu.platform.access import queries as access
from kefu.platform.access import services as access_services
from kefu.platform.imports.engine import reading
from kefu.platform.imports.models import SavedMapping, Upload
from kefu.platform.imports.permissions import VIEW_ALL
from kefu.platform.imports.registry import KINDS, ImportKind

SAMPLE_ROWS = 3


def kinds_for(viewer: Actor) -> list[ImportKind]:
    """What the viewer may import."""
    return [kind for kind in KINDS if access.has_permission(viewer, kind.permission)]


def kind_for(viewer: Actor, code: str) -> ImportKind:
    """The kind of that code; raises ``NotFound`` or ``Denied``."""
    kind = KINDS.find(code)
    if kind is None:
        raise NotFound(_("没有这种导入。"))
    access_services.authorise(viewer, kind.permission)
    return kind


def visible_uploads(viewer: Actor) -> QuerySet[Upload]:
    """The viewer's own uploads of kinds that the viewer may still import; everybody's with the right to see all."""
    codes = [kind.code for kind in kinds_for(viewer)]
    rows = Upload.objects.filter(kind__in=codes).select_related("file", "job")
    if viewer.is_system or access.has_permission(viewer, VIEW_ALL):
        return rows
    return rows.filter(created_by_id=viewer.user_id) if viewer.user_id else rows.none()


def upload_by_uid(viewer: Actor, uid: UUID | str) -> Upload:
    """The upload with that number; raises ``NotFound`` when the viewer may not see it."""
    upload = visible_uploads(viewer).filter(uid=uid).first()
    if upload is None:
        raise NotFound(_("没有这次导入，或者您无权查看。"))
    return upload


def sample_of(upload: Upload) -> list[list[str]]:
    """The first rows of the file, by position, for choosing columns."""
    rows: list[list[str]] = []
    if not upload.file.location.is_file():
        return rows
    with reading.opened(upload.file.location, upload.layout) as body:
        for _number, cells in body:
            rows.append(["" if cell is None else str(cell)[:60] for cell in cells])
            if len(rows) == SAMPLE_ROWS:
                break
    return rows


def saved_mappings(kind_code: str) -> QuerySet[SavedMapping]:
    """The mappings kept for a kind."""
    return SavedMapping.objects.filter(kind=kind_code)


def best_mapping(kind_code: str, header: list[str]) -> SavedMapping | None:
    """The kept mapping of which most headers occur in this file, if all of them do."""
    names = set(header)
    fitting = [saved for saved in saved_mappings(kind_code) if set(saved.headers.values()) <= names]
    return max(fitting, key=lambda saved: (len(saved.headers), saved.updated_at), default=None)


def earlier_run(upload: Upload) -> Upload | None:
    """Another upload of the same content in the same way that has been imported, or is being imported."""
    if not upload.run_key:
        return None
    return (
        Upload.objects.filter(run_key=upload.run_key, state__in=("applied", "applying"))
        .exclude(pk=upload.pk)
        .order_by("-id")
        .first()
    )
