"""Tickets over HTTP, and a real server that stops with open streams."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.test import Client

from kefu.kernel.actor import Actor
from kefu.platform.access.middleware import ActorMiddleware
from kefu.platform.live import tickets
from kefu.platform.live.tests.conftest import READER

pytestmark = pytest.mark.usefixtures("open_topics")


@pytest.fixture
def act_as(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make every request come from an actor."""

    def become(actor: Actor) -> Client:
        def call(self: Any, request: Any) -> Any:
            request.actor = actor
            return self.get_response(request)

        monkeypatch.setattr(ActorMiddleware, "__call__", call)
        return Client()

    return become


@pytest.mark.django_db
def test_a_ticket_names_what_was_granted_and_refused(act_as: Any) -> None:
    answer = act_as(READER).get("/live/ticket/?topic=test.open.a&topic=test.closed.b")
    body = answer.json()
    assert (answer.status_code, body["topics"], body["refused"]) == (200, ["test.open.a"], ["test.closed.b"])
    ticket = tickets.read(body["ticket"])
    assert ticket is not None
    assert ticket.topics == ("test.open.a",)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_without_right_there_is_no_ticket(act_as: Any) -> None:
    assert act_as(READER).get("/live/ticket/?topic=test.closed.b").status_code == 403
    assert act_as(READER).get("/live/ticket/").status_code == 403
    assert act_as(Actor.anonymous()).get("/live/ticket/?topic=test.open.a").status_code == 401


@pytest.mark.django_db
def test_the_state_of_the_hub_is_protected(act_as: Any) -> None:
    assert act_as(READER).get("/live/status/?format=json").status_code == 403


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_server_stops_gracefully_with_open_streams() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = settings.DATABASES["default"]
    environment = {
        **os.environ,
        "KEFU_SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": f"postgresql://{given['USER']}:{given['PASSWORD']}@/{given['NAME']}"
        f"?host={given['HOST']}&port={given['PORT'] or 5432}",
    }
    code = f"from kefu.site.web import serve; serve(host='127.0.0.1', port={port})"
    server = subprocess.Popen([sys.executable, "-c", code], env=environment, start_new_session=True)
    url = f"http://127.0.0.1:{port}/live/stream"
    headers = {"Authorization": f"Live {tickets.issue(READER, ['test.open.a'])}"}
    opened, lines = threading.Event(), []

    def read() -> None:
        transport = httpx.HTTPTransport(retries=100)
        with httpx.Client(transport=transport, timeout=60) as client, client.stream("GET", url, headers=headers) as r:
            for line in r.iter_lines():
                lines.append(line)
                opened.set()

    reader = threading.Thread(target=read)
    try:
        reader.start()
        assert opened.wait(60)
        os.kill(server.pid, signal.SIGTERM)
        assert server.wait(30) == 0
        reader.join(30)
        assert "event: bye" in lines
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
