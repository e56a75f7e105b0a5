"""``python -m kefu.site.docs`` writes the generated documents of a source tree."""

from __future__ import annotations

import os
from pathlib import Path

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kefu.site.settings")
    django.setup()
    from kefu.platform.webui.catalogues import compile_all
    from kefu.site.docs.pages import write

    compile_all()  # the tables hold English names

    for path in write(Path.cwd() / "docs"):
        print(path)
