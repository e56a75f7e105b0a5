"""What calendars keeps about people."""

from __future__ import annotations

from kefu.platform.privacy.registry import not_personal


def register() -> None:
    """Say of every column whether it is personal."""
    not_personal("calendars.SpecialDay", "name periods", "a holiday")
    not_personal("calendars.WorkingCalendar", "name", "a calendar")
