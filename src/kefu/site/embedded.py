"""The embedded PostgreSQL."""

from __future__ import annotations

from pathlib import Path


def address(home: Path) -> str:
    """The ``postgresql://`` address of the embedded database that belongs to ``home``."""
    return f"postgresql:///kefu?host={home}/run"
