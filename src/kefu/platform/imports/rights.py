"""Who may fetch the file of an upload again: its uploader, while the kind is still open to them."""

from __future__ import annotations

from kefu.kernel.actor import Actor
from kefu.platform.files.models import StoredFile
from kefu.platform.imports import queries


def may_read_upload(viewer: Actor, file: StoredFile) -> bool:
    """Whether the viewer sees the upload that this file belongs to."""
    return queries.visible_uploads(viewer).filter(file=file).exists()
