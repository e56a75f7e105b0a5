"""The files that custody makes."""

from __future__ import annotations

from kefu.platform.custody import permissions
from kefu.platform.files import rules
from kefu.platform.files.registry import purpose

COPY = "custody.copy"


def register() -> None:
    """Declare what they are kept for."""
    purpose(COPY, permissions.REQUEST_EXECUTE, (rules.ZIP, rules.XLSX), 2 * 2**30, logs_access=True)
