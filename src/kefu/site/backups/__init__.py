"""Backup and restore: one archive with the database, the files and the key, checked from end to end."""

from __future__ import annotations

from kefu.site.backups.archive import Manifest
from kefu.site.backups.restoring import restore
from kefu.site.backups.saving import save

__all__ = ["Manifest", "restore", "save"]
