"""Import contracts that hold for every app as it lands: doors, order in a room, order of the platform apps.

They look at direct imports only: when every single import goes the right way, so does every chain.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

from tests.architecture.house import (
    DOORS,
    EDGES,
    PLATFORM_LINES,
    ROOM_LAYERS,
    Place,
    line_of,
    place,
)


class DirectImportContract(Contract):
    """Base: a rule over each direct import between two modules of the product."""

    def judge(self, importer: Place, imported: Place) -> str | None:
        """Why this import is wrong, or ``None`` when it is right."""
        raise NotImplementedError

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Judge every direct import of the graph."""
        broken: list[str] = []
        for importer, imported in _direct_imports(graph):
            here, there = place(importer), place(imported)
            if not here.is_ordered:
                continue
            reason = self.judge(here, there)
            if reason:
                lines = sorted(
                    {
                        str(detail["line_number"])
                        for detail in graph.get_import_details(importer=importer, imported=imported)
                    }
                )
                broken.append(f"{importer} (l. {', '.join(lines)}) -> {imported}: {reason}")
        return ContractCheck(kept=not broken, metadata={"broken": sorted(broken)})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each wrong import with its line and reason."""
        broken: Any = check.metadata["broken"]
        for line in broken:
            output.print_error(f"- {line}")


class DoorsContract(DirectImportContract):
    """Another room, and the loop, import only a room's doors."""

    type_name = "doors"

    def judge(self, importer: Place, imported: Place) -> str | None:
        """A room is entered through its doors."""
        if imported.floor != "areas" or importer.floor not in {"areas", "loop"}:
            return None
        if importer.floor == "areas" and importer.app == imported.app:
            return None
        if imported.layer in DOORS:
            return None
        return f"only {', '.join(sorted(DOORS))} of {imported.app} may be imported from outside"


class RoomOrderContract(DirectImportContract):
    """Inside one app, upper layers import lower ones; modules of one layer do not know each other."""

    type_name = "room_order"

    def judge(self, importer: Place, imported: Place) -> str | None:
        """Compare the layers of two modules of one room or platform app."""
        if importer.floor not in {"areas", "platform"}:
            return None
        if (importer.floor, importer.app) != (imported.floor, imported.app):
            return None
        if not importer.layer or not imported.layer or importer.layer == imported.layer:
            return None
        upper, lower = line_of(importer.layer, ROOM_LAYERS), line_of(imported.layer, ROOM_LAYERS)
        if importer.floor == "areas":
            for layer, height in ((importer.layer, upper), (imported.layer, lower)):
                if height is None and layer not in {"tests", "testing", "migrations"}:
                    return f"a room has no layer called {layer!r}"
        if upper is None or lower is None or upper > lower:
            return None
        return f"{importer.layer} lies not above {imported.layer}"


class PlatformOrderContract(DirectImportContract):
    """Platform apps import each other downwards; entry modules may import any, and are imported by none below."""

    type_name = "platform_order"

    def judge(self, importer: Place, imported: Place) -> str | None:
        """Compare the lines of two platform apps."""
        if importer.floor != "platform" or imported.floor != "platform" or importer.app == imported.app:
            return None
        upper, lower = line_of(importer.app, PLATFORM_LINES), line_of(imported.app, PLATFORM_LINES)
        for app, height in ((importer.app, upper), (imported.app, lower)):
            if height is None:
                return f"the platform app {app!r} has no place in the plan (tests/architecture/house.py)"
        if importer.layer in EDGES:
            return None
        if imported.layer in EDGES - {"metrics"}:
            return f"{imported.layer} is an entry module of {imported.app}"
        assert upper is not None
        assert lower is not None
        return None if upper >= lower else f"{imported.app} lies above {importer.app}"


def _direct_imports(graph: ImportGraph) -> Iterator[tuple[str, str]]:
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            if imported.startswith("kefu."):
                yield importer, imported
