"""What an earlier start left behind: a finished demonstration, brought up to date by exactly this code.

Read without Django, so that a later start goes straight to its processes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import psycopg

import kefu

TABLE = "kefu_demo.state"
"""In a schema of its own, so that wiping the product's tables leaves the marker."""
BUILDING, DONE = "building", "done"
BUILDERS = ("Django", "procrastinate")
"""Packages besides our own that bring tables."""


def code() -> str:
    """What stands for this code: every source file of ours by size and time, and the packages that bring tables."""
    root = Path(kefu.__file__).parent
    digest = hashlib.sha256(" ".join(metadata.version(name) for name in BUILDERS).encode())
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            if name.endswith((".py", ".sql")):
                found = os.stat(os.path.join(folder, name))
                digest.update(f"{folder}/{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def read(address: str) -> dict[str, Any] | None:
    """What the supervisor needs to know of the centre, or ``None`` when it has yet to be built or brought up to date."""
    try:
        with psycopg.connect(address, connect_timeout=10) as connection:
            found = connection.execute("SELECT to_regclass(%s)", [TABLE]).fetchone()
            if not found or found[0] is None:
                return None
            row = connection.execute("SELECT state, code, ready FROM kefu_demo.state").fetchone()
    except psycopg.Error:  # whoever builds will say what is wrong
        return None
    return row[2] if row and row[0] == DONE and row[1] == code() else None


def state(cursor: Any) -> str | None:
    """How far the demonstration in this database came."""
    cursor.execute("SELECT to_regclass(%s)", [TABLE])
    if cursor.fetchone()[0] is None:
        return None
    cursor.execute("SELECT state FROM kefu_demo.state")
    row = cursor.fetchone()
    return row[0] if row else None


def write(cursor: Any, state: str, ready: Mapping[str, Any] | None = None) -> None:
    """Note how far it came, and once it is done, what ``read`` shall answer."""
    cursor.execute("CREATE SCHEMA IF NOT EXISTS kefu_demo")
    cursor.execute(
        "CREATE TABLE IF NOT EXISTS kefu_demo.state (one bool PRIMARY KEY DEFAULT true CHECK (one), state text)"
    )
    cursor.execute(
        "ALTER TABLE kefu_demo.state ADD COLUMN IF NOT EXISTS code text, ADD COLUMN IF NOT EXISTS ready jsonb"
    )
    cursor.execute(
        "INSERT INTO kefu_demo.state (state, code, ready) VALUES (%s, %s, %s::jsonb) ON CONFLICT (one)"
        " DO UPDATE SET state = EXCLUDED.state, code = EXCLUDED.code, ready = EXCLUDED.ready",
        [state, code(), json.dumps(ready)],
    )
