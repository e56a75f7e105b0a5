"""The documents say what the code says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kefu.kernel.events import EVENTS
from kefu.kernel.metrics import METRICS
from kefu.site.variables import INTERNAL, VARIABLES

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("README.md")]
    if "vendor" not in path.parts
)


def test_generated_documents_are_current() -> None:
    # in a process of its own: here other tests have put samples into the registries
    checked = subprocess.run(
        [sys.executable, "-m", "kefu.site.docs", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert (checked.stdout.split(), checked.returncode) == ([], 0), f"run: make docs {checked.stderr[-500:]}"


@pytest.mark.parametrize("event", list(EVENTS), ids=lambda event: event.code)
def test_event_is_explained(event: type) -> None:
    assert (event.__doc__ or "").strip()
    assert not (event.__doc__ or "").startswith(f"{event.__name__}("), "the dataclass's own signature explains nothing"


@pytest.mark.parametrize("metric", list(METRICS), ids=lambda metric: metric.code)
def test_metric_is_explained(metric: object) -> None:
    assert str(metric.name)  # type: ignore[attr-defined]
    assert str(metric.formula)  # type: ignore[attr-defined]


def test_every_environment_variable_is_listed() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "kefu").rglob("*.py"))
    read = set(re.findall(r"""["'](KEFU_[A-Z_]+)["']""", code))
    assert read - {variable.name for variable in VARIABLES} - INTERNAL == set()


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (path.parent / target).exists(), f"{path.relative_to(ROOT)} links to {target}"
