"""Logs, counters and health, as machines read them."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import DatabaseError, OperationalError
from django.test import Client

from kefu.platform.telemetry import context, processes, web
from kefu.platform.telemetry.logs import JsonLines, TraceFilter
from kefu.platform.telemetry.registry import GAUGES

pytestmark = pytest.mark.django_db


def test_alive_asks_nobody_and_ready_asks_the_database(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").json() == {"ready": True, "checks": {"database": True, "migrations": True}}

    def away() -> bool:
        raise OperationalError("the database is away")

    # when the database is away
    monkeypatch.setattr(web, "_database", away)
    answer = client.get("/readyz")

    # then no traffic should come, and the process is still alive
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "checks": {"database": False, "migrations": False}}
    assert client.get("/healthz").status_code == 200


def test_numbers_are_for_this_machine_or_for_the_token(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(web.TOKEN, raising=False)
    assert client.get("/prometheus").status_code == 200
    assert client.get("/prometheus", REMOTE_ADDR="10.1.2.3").status_code == 403
    assert client.get("/prometheus", headers={"X-Forwarded-For": "10.1.2.3"}).status_code == 403

    monkeypatch.setenv(web.TOKEN, "scraper-9f")
    assert client.get("/prometheus").status_code == 403
    assert client.get("/prometheus", headers={"Authorization": "Bearer wrong"}).status_code == 403
    sent = {"Authorization": "Bearer scraper-9f"}
    assert client.get("/prometheus", headers=sent, REMOTE_ADDR="10.1.2.3").status_code == 200


def test_requests_are_counted_by_route_never_by_address(client: Client) -> None:
    client.get("/people/employees/nobody-4711/?q=13800138000")
    told = client.get("/prometheus").content.decode()
    assert 'route="people/employees/<str:' in told
    assert "nobody-4711" not in told
    assert "13800138000" not in told


def test_every_gauge_answers_and_a_broken_one_hides_no_other(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    told = client.get("/prometheus").content.decode()
    for name in ('kefu_jobs_open{state="queued"} 0.0', 'kefu_outbox_open{state="dead"} 0.0', "kefu_audit_unsealed "):
        assert name in told
    assert "kefu_gauges_failed 0.0" in told

    def broken() -> object:
        raise DatabaseError("no such table")

    gauge = GAUGES.get("kefu_jobs_open")
    monkeypatch.setitem(GAUGES._items, "kefu_jobs_open", type(gauge)(gauge.name, gauge.help, broken))  # type: ignore[arg-type]
    told = client.get("/prometheus").content.decode()
    assert "kefu_gauges_failed 1.0" in told
    assert "kefu_outbox_open" in told


def test_a_json_line_holds_the_trace_and_what_was_added() -> None:
    record = logging.LogRecord("kefu.calls", logging.WARNING, "x.py", 1, "源 %s 中断", ("pbx1",), None)
    record.milliseconds = 12.5
    with context.tracing("abc12345"):
        TraceFilter().filter(record)
    line = json.loads(JsonLines().format(record))
    assert line["time"].endswith("+00:00")
    assert {k: line[k] for k in ("level", "logger", "message", "trace", "milliseconds")} == {
        "level": "WARNING",
        "logger": "kefu.calls",
        "message": "源 pbx1 中断",
        "trace": "abc12345",
        "milliseconds": 12.5,
    }


def test_the_log_of_a_request_names_the_route(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    from kefu.platform.telemetry.middleware import RequestMiddleware

    client.handler.load_middleware()
    wrapped = RequestMiddleware(client.handler._middleware_chain)  # type: ignore[arg-type]
    wrapped.writes = True
    client.handler._middleware_chain = wrapped
    with caplog.at_level(logging.INFO, "kefu.request"):
        client.get("/healthz?q=13800138000")
    (line,) = [record for record in caplog.records if record.name == "kefu.request"]
    assert line.getMessage() == "GET healthz 200"


COUNT = """
import sys; from pathlib import Path
from kefu.platform.telemetry import processes
processes.share(Path(sys.argv[1]))
from kefu.platform.telemetry.instruments import REQUESTS
REQUESTS.labels("GET", "somewhere", "200").observe(0.02)
from kefu.platform.telemetry import scraping
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry(); MultiProcessCollector(registry)
print(generate_latest(registry).decode())
if len(sys.argv) > 2:
    import subprocess
    print(subprocess.run([sys.executable, "-c", sys.argv[2], sys.argv[1]], capture_output=True, text=True).stdout)
"""


def test_processes_count_together_until_none_is_left(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != processes.VARIABLE}

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", COUNT, str(tmp_path), *words], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    told = run(COUNT)
    key = 'kefu_http_request_seconds_count{method="GET",route="somewhere",status="200"}'
    assert [line for line in told.splitlines() if line.startswith(key)] == [f"{key} 1.0", f"{key} 2.0"]
    # a later round, when nobody is left, begins at zero
    assert f"{key} 1.0" in run()
