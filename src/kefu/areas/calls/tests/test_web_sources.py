"""Sources, queues and aliases in pages: what each shows, what is refused, what is kept."""

from __future__ import annotations

import gzip
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kefu.areas.calls import permissions, services
from kefu.areas.calls.models import AgentAlias, Queue, QueueAlias, QueueVisit, RawEvent, RawFault, Source
from kefu.areas.calls.services.arranging import overlaps
from kefu.areas.calls.services.secrets import secret_of
from kefu.areas.calls.tests.factories import make_queue, make_source
from kefu.areas.calls.tests.test_engine_rows import EXAMPLES, bank
from kefu.areas.people.tests.factories import SYSTEM, make_agent
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.models import User
from kefu.platform.access.tests.factories import make_actor
from kefu.platform.audit.models import AuditEntry
from kefu.platform.jobs.models import Job
from kefu.platform.jobs.testing import drain
from kefu.platform.metrics.models import DirtyBucket
from kefu.platform.partitions import monthly

pytestmark = pytest.mark.django_db
MANAGE = (
    permissions.SOURCE_VIEW, permissions.SOURCE_MANAGE, permissions.QUEUE_VIEW, permissions.QUEUE_MANAGE,
)  # fmt: skip
LOG = b"""1795216047|NONE|NONE|NONE|QUEUESTART|
1795216102|c1|q-sales|NONE|ENTERQUEUE||13800004070|1|
1795216103|c1|q-sales|Agent/1001|CONNECT|1|x|1
1795216111|c1|q-sales|Agent/1001|COMPLETECALLER|1|8|1
rubbish 13800004070
"""


@pytest.fixture(autouse=True)
def forgotten_partitions() -> Any:
    monthly.forget()
    yield
    monthly.forget()


def client_of(*codes: str) -> Client:
    actor = make_actor(dict.fromkeys(codes or MANAGE, ScopeLevel.ALL))
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def upload(client: Client, source: str, content: bytes, name: str = "queue_log", **more: Any) -> Any:
    given = {"file": SimpleUploadedFile(name, content), **more}
    return client.post(reverse("calls:source_upload", args=[source]), given)


def test_a_source_is_made_shown_and_changed() -> None:
    client = client_of()
    data = {
        "code": "pbx1",
        "name": "主平台",
        "kind": "asterisk-queue-log",
        "time_zone": "Asia/Shanghai",
        "is_active": "on",
    }
    assert client.post(reverse("calls:source_new"), data | {"ami_port": "99999"}).status_code == 422
    assert client.post(reverse("calls:source_new"), data | {"time_zone": "Mars/One"}).status_code == 422
    assert not Source.objects.exists()
    assert client.post(reverse("calls:source_new"), data | {"log_path": "/var/log/queue_log"}).status_code == 302
    assert client.post(reverse("calls:source_new"), data).status_code == 422
    source = Source.objects.get()
    assert (source.name, source.options) == ("主平台", {"log_path": "/var/log/queue_log"})
    edit = reverse("calls:source_edit", args=["pbx1"])
    assert client.get(edit).status_code == 200
    assert client.post(edit, {"name": "备用平台"}).status_code == 302
    source.refresh_from_db()
    assert (source.name, source.is_active, source.options) == ("备用平台", False, {})
    for name, args in (("sources", []), ("source", ["pbx1"]), ("faults", ["pbx1"]), ("aliases", ["pbx1"])):
        assert client.get(reverse(f"calls:{name}", args=args)).status_code == 200
    assert client.get(reverse("calls:source", args=["nobody"])).status_code == 404


def test_a_log_is_uploaded_taken_in_as_a_job_and_its_faults_are_shown_masked() -> None:
    make_source()
    client = client_of()
    assert upload(client, "pbx1", LOG).status_code == 302
    assert upload(client, "pbx1", gzip.compress(LOG), "queue_log.gz").status_code == 302
    drain()

    assert [job.state for job in Job.objects.all()] == ["succeeded", "succeeded"], [j.error for j in Job.objects.all()]
    assert (RawEvent.objects.count(), QueueVisit.objects.count(), RawFault.objects.count()) == (4, 1, 1)
    shown = client.get(reverse("calls:faults", args=["pbx1"])).content.decode()
    assert "rubbish 138****4070" in shown
    assert "13800004070" not in shown


def test_an_upload_is_read_as_the_command_line_reads_it() -> None:
    """Cut, in another encoding, delivered twice: what is right is kept, the rest told."""
    make_source()
    client = client_of()
    packed = gzip.compress(b"".join(b"%d|NONE|q|a|PAUSE|%d\n" % (1795216100 + n, n * 7919) for n in range(3000)))
    for content in (packed[: len(packed) // 2], LOG.decode().encode("utf-16"), LOG, LOG):
        assert upload(client, "pbx1", content).status_code == 302
    assert upload(client, "pbx1", b"\0\1\2" * 500).status_code == 422
    drain()

    assert [job.state for job in Job.objects.all()] == ["succeeded"] * 4, [j.error for j in Job.objects.all()]
    assert 4 < RawEvent.objects.count() < 3004
    assert set(RawFault.objects.values_list("code", flat=True)) >= {"file_cut", "no_time"}
    assert not DirtyBucket.objects.exists()


def test_rows_need_their_mapping_once() -> None:
    client = client_of()
    services.ensure_source(actor=SYSTEM, code="bank", kind="rows", time_zone="Asia/Jerusalem")
    content = "\n".join([",".join(bank()), ",".join(bank().values())]).encode()
    mapping = (EXAMPLES / "technion-bank.toml").read_bytes()

    for bad in (None, SimpleUploadedFile("m.toml", b"rules = ["), SimpleUploadedFile("m.toml", b"\xff\xfe\x00")):
        assert upload(client, "bank", content, "a.csv", **({"mapping": bad} if bad else {})).status_code == 422
    assert not Job.objects.exists()
    assert upload(client, "bank", content, "a.csv", mapping=SimpleUploadedFile("m.toml", mapping)).status_code == 302
    assert upload(client, "bank", content, "b.csv").status_code == 302
    drain()
    assert (RawEvent.objects.count(), QueueVisit.objects.get().queue.code) == (1, "regular")


def test_what_is_no_data_file_is_refused_and_a_foreign_file_fails_as_a_job_with_the_reason() -> None:
    make_source()
    client = client_of()
    assert upload(client, "pbx1", b"\x7fELF" + bytes(100)).status_code == 422
    assert upload(client, "pbx1", b"").status_code == 422
    assert upload(client, "pbx1", b"dear diary\n" * 5).status_code == 302
    drain()
    assert Job.objects.get().state == "failed"
    assert (RawEvent.objects.count(), RawFault.objects.count()) == (0, 0)


def test_a_new_secret_is_shown_once_and_a_given_password_never() -> None:
    services.ensure_source(actor=SYSTEM, code="crm", kind="events")
    make_source()
    client = client_of()
    shown = client.post(reverse("calls:source_secret", args=["crm"]), {"value": ""})
    secret = secret_of(Source.objects.get(code="crm"))
    assert secret in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert secret not in client.get(reverse("calls:source", args=["crm"])).content.decode()
    given = client.post(reverse("calls:source_secret", args=["pbx1"]), {"value": "s3cret-of-ami"})
    assert "s3cret-of-ami" not in given.content.decode()
    assert secret_of(Source.objects.get(code="pbx1")) == "s3cret-of-ami"
    assert AuditEntry.objects.filter(action="calls.source:rotate_secret").count() == 2


def test_queues_are_arranged() -> None:
    client = client_of()
    make_queue("auto", "auto", is_arranged=False)
    data = {
        "code": "vip",
        "name": "贵宾",
        "sort_order": "1",
        "is_active": "on",
        "target_seconds": "15",
        "target_percent": "90",
    }
    assert client.post(reverse("calls:queue_new"), data | {"target_percent": "190"}).status_code == 422
    assert client.post(reverse("calls:queue_new"), data).status_code == 302
    assert client.post(reverse("calls:queue_new"), data).status_code == 422
    queue = Queue.objects.get(code="vip")
    assert (queue.target_seconds, queue.target_percent, queue.is_arranged) == (15, 90, True)
    auto = Queue.objects.get(code="auto")
    edit = reverse("calls:queue", args=[auto.pk])
    assert client.post(edit, {"name": "自动", "sort_order": "5", "is_active": "on"}).status_code == 302
    auto.refresh_from_db()
    assert (auto.name, auto.is_arranged) == ("自动", True)
    assert "贵宾" in client.get(reverse("calls:queues")).content.decode()


def test_another_meaning_of_a_name_from_a_day_on_rebuilds_what_it_changes() -> None:
    make_source()
    client = client_of()
    upload(client, "pbx1", LOG)
    drain()
    assert QueueVisit.objects.get().queue.code == "q-sales"
    alias, sales = QueueAlias.objects.get(), make_queue("sales", "销售")
    url = reverse("calls:queue_alias", args=["pbx1", alias.pk])
    data = {"name": "q-sales", "target": str(sales.pk), "starts_on": "", "ends_on": ""}
    assert client.get(url).status_code == 200
    assert client.post(url, data | {"starts_on": "2026-11-02", "ends_on": "2026-11-01"}).status_code == 422
    assert client.post(reverse("calls:queue_alias_new", args=["pbx1"]), data).status_code == 422, "it overlaps"
    assert client.post(url, data).status_code == 302
    drain()
    assert QueueVisit.objects.get().queue.code == "sales"

    login = AgentAlias.objects.get()
    other = make_agent("8001")
    url = reverse("calls:agent_alias", args=["pbx1", login.pk])
    assert client.post(url, {"name": "Agent/1001", "target": "nobody"}).status_code == 422
    assert client.post(url, {"name": "Agent/1001", "target": "8001"}).status_code == 302
    drain()
    assert QueueVisit.objects.get().agent == other


@pytest.mark.parametrize(
    ("period", "others", "expected"),
    [
        ((None, None), [], False),
        ((None, None), [(date(2026, 1, 1), date(2026, 2, 1))], True),
        ((date(2026, 2, 1), None), [(date(2026, 1, 1), date(2026, 2, 1))], False),
        ((None, date(2026, 1, 1)), [(date(2026, 1, 1), None)], False),
        ((None, date(2026, 1, 2)), [(date(2026, 1, 1), None)], True),
        ((date(2026, 1, 5), date(2026, 1, 6)), [(None, date(2026, 1, 5)), (date(2026, 1, 6), None)], False),
    ],
)
def test_periods_that_share_a_day(period: Any, others: Any, expected: bool) -> None:
    assert overlaps(period, others) is expected


def test_those_who_may_only_look_change_nothing() -> None:
    make_source()
    viewer = client_of(permissions.SOURCE_VIEW, permissions.QUEUE_VIEW)
    assert viewer.get(reverse("calls:sources")).status_code == 200
    for name, args in (("source_new", []), ("source_edit", ["pbx1"]), ("source_upload", ["pbx1"]),
                       ("source_secret", ["pbx1"]), ("queue_new", []), ("queue_alias_new", ["pbx1"])):  # fmt: skip
        assert viewer.post(reverse(f"calls:{name}", args=args), {"name": "x"}).status_code == 403
    assert Source.objects.get().name == "主平台"
    assert client_of(permissions.VISIT_VIEW).get(reverse("calls:sources")).status_code == 403
