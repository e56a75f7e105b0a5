"""URLs of the calendar pages."""

from __future__ import annotations

from datetime import date

from django.urls import path, register_converter

from kefu.platform.calendars.web import views


class DayConverter:
    """A day in an address: ``2026-10-01``."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """The day; ``ValueError`` (no such page) when there is none."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """The day as text."""
        return str(value)


register_converter(DayConverter, "day")

app_name = "calendars"
urlpatterns = [
    path("", views.index, name="calendars"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.detail, name="calendar"),
    path("<int:pk>/week/", views.week, name="week"),
    path("<int:pk>/holidays/", views.load, name="load"),
    path("<int:pk>/<day:day>/", views.day, name="day"),
]
