"""The floors, rooms, doors and layers of the house hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.contracts import DoorsContract, PlatformOrderContract, RoomOrderContract
from tests.architecture.house import place

ROOT = Path(__file__).resolve().parents[2]


def test_every_import_contract_of_pyproject_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


@pytest.mark.parametrize(
    ("contract", "importer", "imported"),
    [
        (DoorsContract, "kefu.areas.calls.services.visits", "kefu.areas.people.models"),
        (DoorsContract, "kefu.loop.calls_to_desk", "kefu.areas.calls.rules"),
        (RoomOrderContract, "kefu.areas.calls.models.visit", "kefu.areas.calls.services.visits"),
        (RoomOrderContract, "kefu.areas.calls.rules", "kefu.areas.calls.models"),
        (RoomOrderContract, "kefu.areas.calls.api.routes", "kefu.areas.calls.web.views"),
        (RoomOrderContract, "kefu.areas.calls.web.views", "kefu.areas.calls.stuff"),
        (PlatformOrderContract, "kefu.platform.access.services", "kefu.platform.audit.services"),
        (PlatformOrderContract, "kefu.platform.webui.tables", "kefu.platform.access.web.views"),
        (PlatformOrderContract, "kefu.platform.surprise.models", "kefu.platform.access.models"),
    ],
)
def test_a_wrong_import_is_found(contract: type, importer: str, imported: str) -> None:
    assert contract.judge(None, place(importer), place(imported))


@pytest.mark.parametrize(
    ("contract", "importer", "imported"),
    [
        (DoorsContract, "kefu.areas.calls.services.visits", "kefu.areas.people.queries"),
        (DoorsContract, "kefu.areas.calls.web.views", "kefu.areas.calls.models"),
        (RoomOrderContract, "kefu.areas.calls.services.visits", "kefu.areas.calls.models.visit"),
        (RoomOrderContract, "kefu.areas.calls.web.views", "kefu.areas.calls.web.tables"),
        (PlatformOrderContract, "kefu.platform.webui.tables", "kefu.platform.access.queries"),
        (PlatformOrderContract, "kefu.platform.access.web.views", "kefu.platform.webui.tables"),
        (PlatformOrderContract, "kefu.platform.access.apps", "kefu.platform.webui.menu"),
    ],
)
def test_a_right_import_is_let_through(contract: type, importer: str, imported: str) -> None:
    assert contract.judge(None, place(importer), place(imported)) is None
