"""What the worker does for audit."""

from __future__ import annotations

from datetime import datetime

from kefu.platform.audit import services
from kefu.platform.jobs.registry import ticker


@ticker("audit.seal", every=3.0)
def seal(now: datetime) -> None:
    """Chain what was committed since the last time."""
    services.seal(now)
