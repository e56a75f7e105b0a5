"""The generated tables in ``docs/``: written by ``make docs``, compared by a test."""

from __future__ import annotations

from kefu.site.docs.pages import PAGES, glossary, stale, write

__all__ = ["PAGES", "glossary", "stale", "write"]
