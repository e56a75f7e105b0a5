"""``kill -9`` of an import at any moment, and two imports of one file at once: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from kefu.areas.calls.models import RawEvent, Source
from kefu.areas.calls.services import ensure_source, fold_pending, refresh
from kefu.areas.calls.services.verifying import verify
from kefu.areas.calls.tests.logs import lawful_log
from kefu.kernel.actor import Actor
from kefu.platform.partitions import monthly

IMPORT = """
import sys, django
django.setup()
from kefu.areas.calls.models import Source
from kefu.areas.calls import services
from kefu.areas.calls.services import fold
from kefu.kernel.actor import Actor

fold.LINES = 40
def told(lines):
    for number, line in enumerate(lines):
        if number % 25 == 0:
            print("line", number, flush=True)
        yield line.rstrip("\\n")

source = Source.objects.get(code="pbx1")
print("ready", flush=True)
with open(sys.argv[1], encoding="utf-8") as stream:
    services.take_in(actor=Actor.system("test"), source=source, origin="test", lines=told(stream), chunk=30)
services.fold_pending(source, progress=lambda lines: print("folded", lines, flush=True))
services.refresh()
print("done", flush=True)
"""

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "queue_log"
    path.write_text("\n".join(lawful_log(7, calls=60, agents=5)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def source() -> Source:
    monthly.forget()
    return ensure_source(actor=Actor.system("test"), code="pbx1", kind="asterisk-queue-log")


def begin(log: Path) -> subprocess.Popen[str]:
    database = connection.settings_dict
    host = database["HOST"] or "localhost"
    login = ":".join(part for part in (database["USER"], database["PASSWORD"]) if part)
    address = (
        f"/{database['NAME']}?host={host}" if host.startswith("/") else f"{host}:{database['PORT']}/{database['NAME']}"
    )
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{login}@{address}",
        "DJANGO_SETTINGS_MODULE": "kefu.site.settings",
        "KEFU_SECRET_KEY": settings.SECRET_KEY,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(log)], env=environment, stdout=subprocess.PIPE, text=True
    )


def verdict(source: Source) -> str:
    fold_pending(source)
    refresh()
    found = verify(sources=[source])
    assert found.differing == 0, found.examples
    return found.digest


def finish(process: subprocess.Popen[str]) -> None:
    out, _err = process.communicate(timeout=180)
    assert process.returncode == 0, out


def test_an_import_killed_at_random_points_and_begun_again_ends_in_the_same_tables(log: Path, source: Source) -> None:
    lines = log.read_text(encoding="utf-8").splitlines()
    rng = random.Random(20261120)
    for _attempt in range(4):
        process = begin(log)
        assert process.stdout is not None
        for step, _line in enumerate(process.stdout):
            if step >= rng.randrange(1, 30):
                break
        process.kill()
        process.wait()
        process.stdout.close()
    finish(begin(log))
    assert RawEvent.objects.count() == len(lines)
    crashed = verdict(source)
    finish(begin(log))
    assert RawEvent.objects.count() == len(lines)
    assert verdict(source) == crashed
    from kefu.areas.calls.services import take_in

    other = ensure_source(actor=Actor.system("test"), code="pbx2", kind="asterisk-queue-log")
    take_in(actor=Actor.system("test"), source=other, origin="test", lines=lines)
    verdict(other)
    assert _content(source) == _content(other)


def test_two_imports_of_one_file_at_once(log: Path, source: Source) -> None:
    processes = [begin(log), begin(log)]
    for process in processes:
        finish(process)
    assert RawEvent.objects.count() == len(log.read_text(encoding="utf-8").splitlines())
    verdict(source)


def _content(source: Source) -> list[tuple[object, ...]]:
    from kefu.areas.calls.models import QueueVisit

    fields = ("call_key", "number", "queue__code", "agent__code", "entered_at", "ended_at", "outcome", "wrap_seconds")
    return sorted(QueueVisit.objects.filter(source=source).values_list(*fields), key=str)
