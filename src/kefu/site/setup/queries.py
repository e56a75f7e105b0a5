"""Reads of set-up."""

from __future__ import annotations

import time

from kefu.kernel import clock
from kefu.platform.access.models import User
from kefu.site.setup.models import Checklist, SetupLink

_FRESH_SECONDS = 10.0
_known: list[tuple[float, bool]] = []
"""When this process last looked whether the checklist is open, and what it saw: every page's menu asks."""


def is_claimed() -> bool:
    """Whether the installation has an account; from then on no link opens it."""
    return User.objects.exists()


def waits_to_be_claimed() -> bool:
    """Whether there is a link that still works, and nobody has used one."""
    now = clock.now()
    return SetupLink.objects.filter(used_at__isnull=True, expires_at__gt=now).exists() and not is_claimed()


def is_checklist_open() -> bool:
    """Whether the checklist stands in the menu. Seen by other processes within ten seconds."""
    if _known and time.monotonic() - _known[0][0] < _FRESH_SECONDS:
        return _known[0][1]
    found = Checklist.objects.filter(closed_at__isnull=True).exists()
    _known[:] = [(time.monotonic(), found)]
    return found


def forget() -> None:
    """Look again at the next question: something has been written."""
    _known.clear()
