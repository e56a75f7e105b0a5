"""``python -m bench [group …]``: run the groups, each in a database of its own, and print the table of ratios."""

from __future__ import annotations

import importlib
import platform
import sys
import time

from bench.harness import Report, scratch_database

GROUPS = ("intake", "reports", "explore", "lists", "pages", "streams")


def main(asked: list[str]) -> int:
    """Run the groups asked for, or all; the exit code is 1 when a goal is missed."""
    unknown = [name for name in asked if name not in GROUPS]
    if unknown:
        print(f"Unknown group: {', '.join(unknown)}. There are: {', '.join(GROUPS)}", file=sys.stderr)
        return 2
    report = Report()
    chosen = [name for name in GROUPS if name in asked] or list(GROUPS)
    if len(chosen) > 1:
        # One process a group: Django binds to one database, and one group's memory must not slow the next.
        return _each_alone(chosen)
    with scratch_database():
        from django.db import connection

        name = chosen[0]
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
        print(f"{name}: Python {platform.python_version()}, PostgreSQL {version}, {platform.machine()}", flush=True)
        begin = time.perf_counter()
        importlib.import_module(f"bench.{name}").run(report)
        report.note(f"{name}: {time.perf_counter() - begin:.0f} s in all, PostgreSQL {version}")
    print("\n" + report.table())
    return 0 if all(result.ok for result in report.results) else 1


def _each_alone(names: list[str]) -> int:
    import subprocess

    worst = 0
    for name in names:
        worst = max(worst, subprocess.run([sys.executable, "-m", "bench", name], check=False).returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
