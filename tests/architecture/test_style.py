"""What keeps a tree readable and shippable: names, sizes, complete migrations, nothing of one machine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "kefu"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if not {"migrations", "tests", "__pycache__"} & set(path.parts))
VAGUE = {"utils", "helpers", "misc", "common", "manager", "managers", "util", "helper"}
LONGEST = 500


def test_nothing_has_a_name_that_says_nothing() -> None:
    assert [str(path) for path in SOURCES if path.stem in VAGUE or path.parent.name in VAGUE] == []


def test_every_file_can_be_read_in_one_sitting() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_code_is_formatted_and_linted() -> None:
    for words in (["format", "--check", "--quiet"], ["check", "--quiet"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, str(ROOT)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_no_path_or_package_index_of_one_machine_is_in_the_tree() -> None:
    """Locks and settings work anywhere: package indexes and machine folders are nobody's business."""
    found = []
    for path in [*ROOT.glob("*.lock"), ROOT / "pyproject.toml", ROOT / "Makefile", *(ROOT / "scripts").iterdir()]:
        text = path.read_text(encoding="utf-8")
        if re.search(r"--(extra-)?index-url|--find-links|--trusted-host|/root/|/home/\w+/", text):
            found.append(path.name)
    assert found == []
