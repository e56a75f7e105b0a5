"""The whole answer of a report as a workbook, through the product's one export path."""

from __future__ import annotations

from importlib.util import find_spec

from django.apps import apps


def can_write() -> bool:
    """Whether the app that writes export files is there."""
    return apps.is_installed("kefu.platform.imports") and find_spec("kefu.platform.imports.export") is not None
