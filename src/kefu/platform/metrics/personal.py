"""What metrics keeps about people."""

from __future__ import annotations

from kefu.platform.privacy.registry import not_personal


def register() -> None:
    """Say of every column whether it is personal."""
    not_personal("metrics.DirtyBucket", "key error", "ids of a bucket")
