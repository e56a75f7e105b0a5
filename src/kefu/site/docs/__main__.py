"""``python -m kefu.site.docs [--check]`` writes the generated documents of a source tree, or names the stale ones."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django


def main(arguments: list[str]) -> int:
    """Write the documents below ``docs/``; with ``--check`` write nothing and answer 1 when one is stale."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kefu.site.settings")
    django.setup()
    from kefu.platform.webui.catalogues import compile_all
    from kefu.site.docs.pages import stale, write

    compile_all()  # the tables hold English names
    folder = Path.cwd() / "docs"
    if "--check" in arguments:
        found = stale(folder)
        print("\n".join(found))
        return int(bool(found))
    for path in write(folder):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
