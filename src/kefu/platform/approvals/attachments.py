"""Files that go with requests: whoever sees the request may read them."""

from __future__ import annotations

from kefu.platform.approvals.permissions import VIEW
from kefu.platform.approvals.queries import may_read_file
from kefu.platform.approvals.services.submitting import PURPOSE
from kefu.platform.files.registry import purpose

TYPES = (
    "application/pdf",
    "image/jpeg",
    "image/png",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)


def register() -> None:
    """Declare the purpose."""
    purpose(PURPOSE, VIEW, TYPES, 20 * 2**20, logs_access=True, may_read=may_read_file)
