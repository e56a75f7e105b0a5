"""Reads: a file by its number, for whoever may have it."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound
from kefu.platform.access import queries as access
from kefu.platform.files.models import StoredFile
from kefu.platform.files.registry import PURPOSES


def readable_file(viewer: Actor, uid: UUID | str) -> StoredFile:
    """The file with that number; raises ``NotFound`` when there is none or the viewer may not read it."""
    file = StoredFile.objects.filter(uid=uid, deleted_at__isnull=True).first()
    if file is None or not may_read(viewer, file):
        raise NotFound(_("没有这个文件，或者您无权查看。"))
    return file


def may_read(viewer: Actor, file: StoredFile) -> bool:
    """Whether the viewer may read this file: by its purpose's own rule, or by its permission."""
    purpose = PURPOSES.find(file.purpose)
    if purpose is None:
        return False
    if viewer.is_system:
        return True
    if purpose.may_read is not None:
        return purpose.may_read(viewer, file)
    return access.has_permission(viewer, purpose.permission)
