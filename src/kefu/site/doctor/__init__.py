"""What is wrong here, and what to do about it."""

from __future__ import annotations

from kefu.site.doctor.checks import examine
from kefu.site.doctor.findings import Finding, Level

__all__ = ["Finding", "Level", "examine"]
