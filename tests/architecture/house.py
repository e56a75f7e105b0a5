"""The plan of the house as data: which floor, room and layer a module belongs to."""

from __future__ import annotations

from dataclasses import dataclass

DOORS = frozenset({"queries", "services", "events", "choices"})
"""The only modules of a room that another room (or the loop) may import."""

ROOM_LINES: tuple[frozenset[str], ...] = (
    frozenset({"quality", "retention", "hall"}),
    frozenset({"desk", "workforce"}),
    frozenset({"calls", "learning"}),
    frozenset({"customers", "knowledge", "performance", "teamwork", "insight"}),
    frozenset({"people"}),
)
"""Rooms, uppermost line first; siblings on one line do not know each other."""

PLATFORM_LINES: tuple[frozenset[str], ...] = (
    frozenset({"webui", "imports", "api"}),
    frozenset({"custody"}),
    frozenset({"approvals"}),
    frozenset({"tasks"}),
    frozenset({"clocks"}),
    frozenset({"notify"}),
    frozenset({"delivery"}),
    frozenset({"live", "metrics", "jobs", "files", "calendars"}),
    frozenset({"params", "outbox"}),
    frozenset({"privacy", "audit"}),
    frozenset({"access"}),
    frozenset({"partitions", "telemetry"}),
)
"""Platform apps, uppermost line first."""

ROOM_LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"apps"}),
    frozenset({"web", "api", "jobs", "cli", "demo", "gauges", "management", "templatetags"}),
    frozenset({"metrics", "panels"}),
    frozenset({"services"}),
    frozenset({"queries", "adapters"}),
    frozenset({"models"}),
    frozenset({"rules", "engine"}),
    frozenset({"permissions", "events"}),
    frozenset({"choices"}),
)
"""The order inside a room, uppermost first."""

EDGES = frozenset(
    {
        "apps",
        "web",
        "api",
        "jobs",
        "cli",
        "metrics",
        "panels",
        "gauges",
        "personal",
        "templatetags",
        "management",
        "urls",
    }
)
"""Thin entry modules of a platform app: above everything in platform, so they may register with any app."""

UNORDERED = frozenset({"migrations", "tests", "testing", "locale", "conftest"})


@dataclass(frozen=True)
class Place:
    """Where a module lives: ``kefu.<floor>.<app>.<layer>…``; missing parts are empty."""

    floor: str
    app: str
    layer: str

    @property
    def is_ordered(self) -> bool:
        """Whether the order of the house holds here (tests and migrations may import what they need)."""
        return self.layer not in UNORDERED


def place(module: str) -> Place:
    """The place of a dotted module name below ``kefu``."""
    parts = [*module.split("."), "", "", ""]
    inside = Place(floor=parts[1], app=parts[2], layer=parts[3])
    if {"tests", "testing"} & set(parts[4:]):
        return Place(inside.floor, inside.app, "tests")
    return inside


def line_of(name: str, lines: tuple[frozenset[str], ...]) -> int | None:
    """Height of ``name`` counted from the bottom (0), or ``None`` when the plan does not name it."""
    for index, line in enumerate(lines):
        if name in line:
            return len(lines) - 1 - index
    return None
