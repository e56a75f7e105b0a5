"""One person's values in every place that the product has for them, and the search for what is left."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from kefu.areas.calls.models import QueueVisit, Source
from kefu.areas.calls.services import attach_recording, dispose_visit, fold_pending, refresh, take_in
from kefu.areas.calls.tests.factories import make_disposition, make_wav
from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.platform.access.models import User
from kefu.platform.api.models import IdempotencyRecord
from kefu.platform.audit import services as audit
from kefu.platform.clocks import services as clocks
from kefu.platform.clocks.registry import CLOCK_KINDS
from kefu.platform.delivery import services as delivery
from kefu.platform.delivery.models import Message
from kefu.platform.imports import services as imports
from kefu.platform.jobs.testing import drain
from kefu.platform.live import services as live
from kefu.platform.notify import services as notify
from kefu.platform.notify.registry import NOTICE_KINDS
from kefu.platform.privacy import services as privacy
from kefu.platform.tasks import services as tasks
from kefu.site.backups import programs

SYSTEM = Actor.system("test")
BASE = 1_795_216_000


def bring_calls(source: Source, number: str, name: str) -> None:
    """Two calls of the person, two of somebody else, and a line that cannot be right."""
    lines = []
    for place, (caller, called) in enumerate(
        [(number, name), ("13800000001", "王"), (f"+86 {number}", name), ("13800000001", "王")]
    ):
        at, call = BASE + place * 600, f"pbx-{BASE + place * 600}.1"
        lines += [
            f"{at}|{call}|q-a|NONE|ENTERQUEUE||{caller}|1|{called}",
            f"{at + 5}|{call}|q-a|Agent/1001|CONNECT|5|{call}.2|4",
            f"{at + 50}|{call}|q-a|Agent/1001|BLINDTRANSFER|{number}|outside|5|45|1",
        ]
    lines.append(f"x{BASE}|broken|{number}|{name}")
    take_in(actor=SYSTEM, source=source, origin="test", lines=lines)
    fold_pending(source)
    refresh()
    token = privacy.token_of("phone", number)
    visit = QueueVisit.objects.filter(caller_token=token).order_by("entered_at")[0]
    attach_recording(actor=SYSTEM, visit_id=visit.id, stream=make_wav(1), name=f"in-{number}.wav")
    make_disposition()
    dispose_visit(actor=SYSTEM, visit_id=visit.id, code="tariff", note=f"{name} 要求回拨 {number}")


def spread(user: User, number: str, name: str) -> None:
    """The values in notices, messages, tasks, clocks, an import with faulty rows, the audit, jobs and the API."""
    said = f"请联系 {number}（{name}）"
    kind = next(iter(NOTICE_KINDS)).code
    notify.notify(users=[user.pk], kind=kind, title="%(said)s", params={"said": said}, dedupe_key="spread")
    token = privacy.tokenise("phone", [number])[number]
    delivery.send(channel="sms", to_token=token, subject="", body=said, dedupe_key="spread")
    Message.objects.filter(dedupe_key="spread").update(state="sent", finished_at=clock.now())
    tasks.open_task(actor=SYSTEM, kind="tasks.manual", title=said, body=said, owner_id=user.pk)
    running = clocks.start(kind=next(iter(CLOCK_KINDS)).code, origin="test:1", title=said, due_at=clock.now())
    clocks.pause(clock_id=running.pk, reason=said)
    sheet = f"工号,姓名,入职日期,电话,单位\n,{name},坏日期 {number},{number},一组\n".encode()
    upload = imports.upload_file(actor=SYSTEM, kind="people.employees", stream=[sheet], name=f"{name}-{number}.csv")
    imports.check_upload(actor=SYSTEM, uid=upload.uid, mapping=dict(upload.mapping))
    auditing.record(
        actor=user.as_actor(),
        action="tasks.task:opened",
        target="tasks.task:1",
        before={"note": said},
        after={name: [number, int(number)]},
        reason=said,
    )
    audit.seal(clock.now())
    IdempotencyRecord.objects.create(
        caller="user:1", key="spread", request_digest="0" * 64, status=200, content_type="text/plain",
        body=said.encode(), created_at=clock.now(),
    )  # fmt: skip
    live.publish("test.spread", {"said": said})
    drain()


def spellings(values: Iterable[str]) -> dict[str, bytes]:
    """Each value as it may lie in a dump: plain, in hexadecimal, in base64 (whichever byte it begins at)."""
    found: dict[str, bytes] = {}
    for value in values:
        plain = value.encode()
        found[f"{value} plain"] = plain
        found[f"{value} escaped"] = value.encode("unicode_escape")
        found[f"{value} gb18030"] = value.encode("gb18030")
        found[f"{value} hex"] = plain.hex().encode()
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + plain)
            found[f"{value} base64+{shift}"] = coded[4 if shift else 0 : len(coded) - 4]
    return found


def left_over(values: Iterable[str], logs: str = "") -> list[str]:
    """Where a value is still found: in a dump of the whole database, in the files, in the logs."""
    wanted = spellings(values)
    found = []
    for place, data in (("database", dump()), *_files(), ("logs", logs.encode())):
        found += [f"{place}: {name}" for name, spelling in wanted.items() if spelling in data]
    return found


def dump() -> bytes:
    """The whole database as ``pg_dump`` writes it."""
    at: dict[str, Any] = connection.settings_dict
    program = programs.find("pg_dump", connection.pg_version)
    command = [str(program), "-h", at["HOST"], "-p", str(at["PORT"]), "-U", at["USER"], "-d", at["NAME"]]
    done = subprocess.run(command, env={**os.environ, "PGPASSWORD": at["PASSWORD"] or ""}, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def _files() -> list[tuple[str, bytes]]:
    root = Path(settings.FILES_ROOT)
    return [(path.name, path.read_bytes() + path.name.encode()) for path in root.rglob("*") if path.is_file()]
