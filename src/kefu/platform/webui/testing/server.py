"""A real server over the ASGI application, in a process of its own, on the test database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

from kefu.platform.webui.testing import port

PATIENCE = 150.0


def database_address() -> str:
    """The address of the database that the tests use at present."""
    s = connection.settings_dict
    login = quote(s["USER"]) + (f":{quote(s['PASSWORD'])}" if s["PASSWORD"] else "")
    host = s["HOST"] or ""
    if host.startswith("/"):
        where, options = "", {"host": host}
    else:
        where, options = host, {}
    place = f"{login}@{where}" if login else where
    if s["PORT"]:
        place += f":{s['PORT']}"
    return f"postgresql://{place}/{s['NAME']}" + (f"?{urlencode(options)}" if options else "")


@contextmanager
def running(home: Path, **environment: str) -> Iterator[str]:
    """The server's address while it runs; its log lies in ``home``."""
    chosen = port.free()
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    _share_files(home)
    env = {
        **os.environ,
        "DATABASE_URL": database_address(),
        "KEFU_HOME": str(home),
        "KEFU_SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "kefu.site.settings"),
        "KEFU_DEBUG": "",
        **environment,
    }
    command = [
        sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(chosen),
        "--workers", "1", "--no-ws", "--workers-kill-timeout", "3", "kefu.site.asgi:application",
    ]  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT)  # noqa: S603
        try:
            address = f"http://127.0.0.1:{chosen}"
            _wait(address, process, log)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/static/webui/icon.svg", timeout=5):  # noqa: S310 - http, ours
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-4000:]}")


def _share_files(home: Path) -> None:
    """The server finds the files that tests have kept, although it lives in a home of its own."""
    kept, link = Path(settings.FILES_ROOT), home / "files"
    kept.mkdir(parents=True, exist_ok=True)
    if not link.exists() and kept != link:
        link.symlink_to(kept.resolve())
