"""The ``kefu`` command: one module per command here, and whatever ``cli.py`` the installed apps contribute."""

from __future__ import annotations

from kefu.site.cli.root import main

__all__ = ["main"]
