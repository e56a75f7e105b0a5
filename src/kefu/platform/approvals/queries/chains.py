"""The chains in force and their history."""

from __future__ import annotations

from collections.abc import Iterable

from kefu.platform.approvals.models import ChainVersion


def chain_in_force(kind: str) -> ChainVersion | None:
    """The newest version of the kind's chain, if any was written down."""
    return ChainVersion.objects.filter(kind=kind).order_by("-version").first()


def chains_in_force(kinds: Iterable[str]) -> dict[str, ChainVersion]:
    """The newest versions of several kinds, in one statement."""
    rows = ChainVersion.objects.filter(kind__in=list(kinds)).order_by("kind", "-version").distinct("kind")
    return {row.kind: row for row in rows}


def chain_history(kind: str) -> list[ChainVersion]:
    """Every version, the newest first."""
    return list(ChainVersion.objects.filter(kind=kind).order_by("-version"))
