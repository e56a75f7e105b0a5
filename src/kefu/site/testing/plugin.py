"""The pytest plugin that gives a run its database server: ``DATABASE_URL``, or an embedded one of the tests' own.

Loaded with ``-p`` so that the address is known before Django reads its settings.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from kefu.site import catalogues, embedded

HOME = Path(os.environ.get("KEFU_TEST_HOME") or Path.cwd() / "var" / "test").absolute()
BRINGS_OWN_SERVER = not os.environ.get("DATABASE_URL")

os.environ["KEFU_HOME"] = str(HOME)
if BRINGS_OWN_SERVER:
    os.environ["DATABASE_URL"] = embedded.address(HOME)

_server = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations and start the server for the time of the run; parallel test processes share it."""
    catalogues.compile_all()
    if BRINGS_OWN_SERVER:
        _server.enter_context(embedded.running(HOME, durable=False))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let the server go; the last process stops it."""
    _server.close()
