"""Writes: telling people, marking as read, and what people choose."""

from kefu.platform.notify.services.preferences import save_addresses, save_hours, save_preferences
from kefu.platform.notify.services.reading import mark_all_read, mark_read, mark_unread
from kefu.platform.notify.services.telling import notify

__all__ = [
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "notify",
    "save_addresses",
    "save_hours",
    "save_preferences",
]
