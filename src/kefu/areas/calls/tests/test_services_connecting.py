"""The connector: following a log equals importing it, whatever happens; the link's state and the overlay."""

from __future__ import annotations

import asyncio
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from kefu.areas.calls import services
from kefu.areas.calls.models import Checkpoint, LiveOverlay, QueueVisit, RawEvent, Source, SourceOutage
from kefu.areas.calls.services import connecting
from kefu.areas.calls.services.connecting import Connector, LogFollower
from kefu.areas.calls.services.linking import link_down, link_up
from kefu.areas.calls.tests.bank import JANUARY
from kefu.areas.calls.tests.test_adapters_ami import captured, manager, sign_in
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.platform.partitions import monthly

CAPTURE = JANUARY.parents[1] / "asterisk" / "capture1"
needs_capture = pytest.mark.skipif(not CAPTURE.exists(), reason=f"NOT RUN: the real capture is absent ({CAPTURE})")


@pytest.fixture(autouse=True)
def forgotten_partitions() -> Any:
    monthly.forget()
    yield
    monthly.forget()


def raw_of(source: Source) -> set[tuple[bytes, int, int]]:
    rows = RawEvent.objects.filter(source=source).values_list("line_hash", "nth", "ordinal")
    return {(bytes(line_hash), nth, ordinal) for line_hash, nth, ordinal in rows}


def visits_of(source: Source) -> list[tuple[Any, ...]]:
    rows = QueueVisit.objects.filter(source=source).order_by("call_key", "number")
    fields = ("call_key", "number", "queue__code", "agent__code", "outcome", "entered_at", "wait_seconds", "ended_at")
    return list(rows.values_list(*fields))


def imported(system: Actor, *files: bytes) -> Source:
    source = services.ensure_source(actor=system, code="imported", kind="asterisk-queue-log")
    for number, content in enumerate(files):
        services.take_in(actor=system, source=source, origin=str(number), lines=content.splitlines())
    services.fold_pending(source)
    return source


@pytest.mark.data
@needs_capture
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_following_through_rotation_and_crashes_equals_importing(tmp_path: Path, system: Actor, seed: int) -> None:
    old, new = (CAPTURE / "queue_log.0").read_bytes(), (CAPTURE / "queue_log").read_bytes()
    reference = imported(system, old, new)
    followed = services.ensure_source(actor=system, code="followed", kind="asterisk-queue-log")
    chance, log = random.Random(seed), tmp_path / "queue_log"
    follower = LogFollower(followed, log)

    for content, is_last in ((old, False), (new, True)):
        place = 0
        while place < len(content):
            step = chance.randint(1, 900)
            with log.open("ab") as file:
                file.write(content[place : place + step])
            place += step
            match chance.choice(["poll", "poll", "crash", "wait"]):
                case "poll":
                    follower.poll()
                case "crash":
                    follower = LogFollower(followed, log)
        if not is_last:
            log.rename(tmp_path / "queue_log.0")
    follower.poll()
    follower.poll()
    services.fold_pending(followed)

    assert raw_of(followed) == raw_of(reference)
    assert len(visits_of(followed)) == 53
    assert visits_of(followed) == visits_of(reference)


@pytest.mark.data
@needs_capture
@pytest.mark.django_db
def test_copytruncate_equals_importing_as_well(tmp_path: Path, system: Actor) -> None:
    old, new = (CAPTURE / "queue_log.0").read_bytes(), (CAPTURE / "queue_log").read_bytes()
    reference = imported(system, old, new)
    followed = services.ensure_source(actor=system, code="followed", kind="asterisk-queue-log")
    log = tmp_path / "queue_log"
    follower = LogFollower(followed, log)
    log.write_bytes(old[: len(old) // 2])
    follower.poll()
    log.write_bytes(old)
    shutil.copy(log, tmp_path / "queue_log.1")
    with log.open("r+b") as file:
        file.truncate(0)
        file.write(new)
    follower.poll()

    assert raw_of(followed) == raw_of(reference)


@pytest.mark.django_db
def test_a_failure_while_storing_loses_and_doubles_nothing(
    tmp_path: Path, system: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = services.ensure_source(actor=system, code="pbx1", kind="asterisk-queue-log")
    log = tmp_path / "queue_log"
    log.write_bytes(b"1795216100|a|q|NONE|ENTERQUEUE||1|1|\n" * 2)
    follower = LogFollower(source, log)
    follower.poll()
    before = dict(Checkpoint.objects.get().state)
    with log.open("ab") as file:
        file.write(b"1795216100|a|q|NONE|ENTERQUEUE||1|1|\n")

    def broken(**given: Any) -> Any:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(connecting, "take_in", broken)
        with pytest.raises(OSError, match="disk full"):
            follower.poll()
    assert Checkpoint.objects.get().state == before
    assert follower.poll() == 1
    assert sorted((nth, ordinal) for _hash, nth, ordinal in raw_of(source)) == [(1, 0), (2, 1), (3, 2)]


@pytest.mark.django_db
def test_outages_begin_when_an_up_link_goes_down_and_end_when_it_is_up_again(pbx: Source) -> None:
    start = clock.now()
    link_down(pbx, start, "never seen")
    assert not SourceOutage.objects.exists(), "a source that was never heard is not interrupted"
    link_up(pbx, start)
    link_down(pbx, start, "cable")
    link_down(pbx, start, "still the cable")
    outage = SourceOutage.objects.get()
    assert (outage.reason, outage.ended_at) == ("cable", None)
    pbx.refresh_from_db()
    assert (pbx.link_state, pbx.last_error) == ("down", "still the cable")
    link_up(pbx, clock.now())
    outage.refresh_from_db()
    pbx.refresh_from_db()
    assert outage.ended_at is not None
    assert (pbx.link_state, pbx.last_error) == ("up", "")


@pytest.mark.django_db
def test_a_source_without_a_way_to_connect_says_so(pbx: Source) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Connector(pbx)
    assert refusal.value.code == "no_connection"


@pytest.mark.data
@needs_capture
@pytest.mark.django_db(transaction=True)
async def test_a_lost_link_empties_the_overlay_and_a_new_snapshot_fills_it_again(
    tmp_path: Path, system: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(connecting, "FLUSH_SECONDS", 0.02)
    blocks = captured()
    first = next(i for i, block in enumerate(blocks) if "Event: QueueParams" in block)
    last = next(i for i, block in enumerate(blocks) if "Event: QueueStatusComplete" in block)
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await sign_in(reader, writer)
        asked = (await reader.readuntil(b"\r\n\r\n")).decode()
        number = asked.split("ActionID: ")[1].split("\r\n")[0]
        for block in blocks[first : last + 1]:
            if "ActionID: a2" in block:
                writer.write(block.replace("ActionID: a2", f"ActionID: {number}").replace("\n", "\r\n").encode())
                writer.write(b"\r\n\r\n")
        await writer.drain()
        if connections > 1:
            await reader.read()
        else:
            await asyncio.sleep(0.2)
        writer.close()

    async with manager(serve) as account:
        source = await sync_to_async(services.ensure_source)(actor=system, code="pbx1", kind="asterisk-queue-log")
        source.options = {"ami_host": account.host, "ami_port": account.port, "ami_username": "kefu"}
        await sync_to_async(source.save)()
        await sync_to_async(services.rotate_secret)(actor=system, source=source, value="secret")
        told: list[str] = []
        connector = Connector(source, report=told.append)
        running = asyncio.create_task(connector.run())
        count = sync_to_async(LiveOverlay.objects.filter(source=source, kind="agent").count)
        async with asyncio.timeout(20):
            while connections < 2 or not await count():
                await asyncio.sleep(0.02)
            source = await sync_to_async(Source.objects.get)(pk=source.pk)
            assert source.link_state == "up"
            connector.stop.set()
            await running

    assert await sync_to_async(SourceOutage.objects.filter(ended_at__isnull=False).count)() == 1
    assert any("AMI" in text and "closed" in text for text in told)
    assert await count() == 0
