"""A thousand open event streams: how long after a push the slowest readers have it, against the push period."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time

from bench.harness import Report, ms

READERS = 1000
PERIOD = 1.0
PUSHES = 30
TOPIC = "bench.board"


def run(report: Report) -> None:
    """p50 and p99 from publishing (after the commit) to the bytes at each of a thousand clients."""
    from kefu.kernel.permissions import PERMISSIONS
    from kefu.platform.live import tickets

    assert PERMISSIONS
    port = _free_port()
    # one account each: the hub limits the streams of one account
    passes = [
        tickets.signing.dumps({"u": number, "t": [TOPIC], "e": time.time() + 290}, salt=tickets.SALT)
        for number in range(1, READERS + 1)
    ]
    command = [
        sys.executable,
        "-c",
        "from kefu.site.cli import main; main()",
        "serve",
        "--port",
        str(port),
        "--host",
        "127.0.0.1",
    ]
    server = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _wait(port, server)
        delays, missing = asyncio.run(_measure(port, passes))
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
    delays.sort()
    p50, p99 = delays[len(delays) // 2], delays[int(len(delays) * 0.99)]
    report.note(f"{READERS} readers, {PUSHES} pushes of 6 KB each: p50 {ms(p50)}, p99 {ms(p99)}, missed {missing}")
    report.add(
        "streams",
        f"p99 of {READERS} readers vs push period",
        ms(p99),
        f"push period {ms(PERIOD)}",
        p99 / PERIOD,
        "≤",
        0.25,
    )
    report.add("streams", "pushes that a reader missed", str(missing), f"{READERS * PUSHES} pushes", missing, "≤", 0)


async def _measure(port: int, passes: list[str]) -> tuple[list[float], int]:
    from asgiref.sync import sync_to_async

    from kefu.platform.live.services import publish

    delays: list[float] = []
    ready = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(_read(port, each, delays, ready)) for each in passes]
    for _ in range(READERS):
        await asyncio.wait_for(ready.acquire(), 60)
    send = sync_to_async(publish, thread_sensitive=True)
    for number in range(PUSHES):
        began = time.perf_counter()
        await send(TOPIC, {"number": number, "at": time.time(), "filling": "x" * 6000})
        await asyncio.sleep(max(PERIOD - (time.perf_counter() - began), 0))
    await asyncio.sleep(2)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return delays, READERS * PUSHES - len(delays)


async def _read(port: int, ticket: str, delays: list[float], ready: asyncio.Semaphore) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    request = f"GET /live/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Live {ticket}\r\n\r\n"
    writer.write(request.encode())
    await writer.drain()
    status = await reader.readline()
    assert b" 200 " in status, status
    announced = False
    try:
        while True:
            line = await reader.readline()
            if not line:
                break
            if not announced and line in {b"\r\n", b"\n"}:
                announced = True
                ready.release()
            if line.startswith(b"data:") and b'"filling"' in line:
                now = time.time()
                delays.append(now - _published(line[5:]))
    finally:
        writer.close()


def _published(data: bytes) -> float:
    """The instant in ``"at": …``, found without parsing the rest: the readers share this process's one core."""
    begin = data.index(b'"at":') + 5
    return float(data[begin : data.index(b",", begin)])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(
                f"the server stopped: {(server.stderr.read() if server.stderr else b'').decode()[-500:]}"
            )
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")
