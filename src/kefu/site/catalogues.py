"""Compiles the translation catalogues with Babel: a fresh machine has no gettext."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import kefu

SOURCE = Path(kefu.__file__).resolve().parent


def compile_all(folder: Path = SOURCE) -> int:
    """Compile every catalogue that is newer than what it was compiled to; returns how many were."""
    return sum(compile_one(path) for path in sorted(folder.rglob("locale/*/LC_MESSAGES/*.po")))


def compile_one(path: Path) -> bool:
    """Compile one catalogue if it needs it; whole or not at all, so that parallel runs do no harm."""
    target = path.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
        return False
    with path.open("rb") as file:
        catalogue = read_po(file)
    side = target.with_name(f".{target.name}.{os.getpid()}")
    with side.open("wb") as file:
        write_mo(file, catalogue)
    side.replace(target)
    return True


if __name__ == "__main__":
    compile_all()
