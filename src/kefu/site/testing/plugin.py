"""The pytest plugin that gives a run its database server: ``DATABASE_URL``, or embedded ones of the tests' own.

Loaded with ``-p`` so that the address is known before Django reads its settings. Parallel test processes get a
server each: what one of them holds open (a snapshot's horizon is the whole server's) must not reach another.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from kefu.platform.webui import catalogues
from kefu.site import embedded

OWN_SERVER = "KEFU_TEST_SERVER"
"""Tells the test processes that the address they inherit is their parent's, not the user's."""
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
HOME = Path(os.environ.get("KEFU_TEST_HOME") or Path.cwd() / "var" / "test").absolute() / WORKER

if not os.environ.get("DATABASE_URL"):
    os.environ[OWN_SERVER] = "1"
BRINGS_OWN_SERVER = OWN_SERVER in os.environ
os.environ["KEFU_HOME"] = str(HOME)
if BRINGS_OWN_SERVER:
    os.environ["DATABASE_URL"] = embedded.address(HOME)

_server = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations and start the server for the time of the run."""
    catalogues.compile_all()
    (HOME / "static").mkdir(parents=True, exist_ok=True)
    only_hands_out = not WORKER and bool(config.getoption("numprocesses", None))
    if BRINGS_OWN_SERVER and not only_hands_out:
        _server.enter_context(embedded.running(HOME, durable=False))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server."""
    _server.close()
