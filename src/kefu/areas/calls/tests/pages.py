"""The room's pages for the browser tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kefu.areas.calls import services
from kefu.areas.calls.models import QueueAlias, RawBatch, RawFault, SourceOutage
from kefu.areas.calls.tests.factories import make_disposition, make_queue, make_source, make_visit, make_wav
from kefu.areas.people.tests.factories import SYSTEM, make_agent, make_centre, make_employee
from kefu.kernel import clock
from kefu.platform.partitions import monthly
from kefu.platform.webui.testing.pages import PAGES, PageCase


def _calls() -> Any:
    """A quarter of an hour with every outcome; returns an answered visit that was transferred and recorded."""
    monthly.forget()
    centre = make_centre()
    agents = [make_agent(f"800{n}", make_employee(centre.team1, name)) for n, name in enumerate(("陈思雨", "欧阳雪"))]
    queues = [
        make_queue(),
        make_queue("complaint", "投诉专席"),
        make_queue("new-queue", "new-queue", is_arranged=False),
    ]
    make_disposition("tariff", "资费咨询", group="咨询")
    make_disposition("fault", "故障报修", group="报障")
    start = clock.now().replace(microsecond=0) - timedelta(minutes=30)
    outcomes = ("answered", "abandoned", "answered", "timeout", "answered", "lost", "empty", "answered")
    for n, outcome in enumerate(outcomes):
        make_visit(
            at=start + timedelta(seconds=40 * n), outcome=outcome, wait=5 + 17 * n, queue=queues[n % 2],
            agent=agents[n % 2], caller=f"1380000{6621 + n}", team_node_id=centre.team1.pk,
        )  # fmt: skip
    first = make_visit(
        at=start, agent=agents[0], wait=12, ring_seconds=4, talk=95, transfer="blind", transfer_target="complaint",
        released_by="transfer", is_repeat=True,
    )  # fmt: skip
    make_visit(
        at=first.ended_at, agent=agents[1], queue=queues[1], number=2, contact_id=first.contact_id,
        call_key=first.call_key, talk=200,
    )  # fmt: skip
    recording = services.attach_recording(actor=SYSTEM, visit_id=first.id, stream=make_wav(), name="20261120-0900.wav")
    services.mark_recording(actor=SYSTEM, recording_id=recording.pk, at_seconds=2, text="客户情绪激动")
    return first


def _some(user: Any) -> None:
    _calls()


def _visit(user: Any) -> Mapping[str, Any]:
    return {"visit_id": _calls().id}


def _source(user: Any) -> Mapping[str, Any]:
    _calls()
    source = make_source()
    now = clock.now()
    source.link_state, source.last_error = "down", "AMI 连接中断：no sign of life"
    source.last_received_at = source.last_occurred_at = now - timedelta(minutes=3)
    source.save()
    batch = RawBatch.objects.create(
        source=source, origin="tail:queue_log", received_at=now, raw_count=195, new_count=195, fault_count=1
    )
    RawFault.objects.create(
        source=source, batch=batch, origin="tail:queue_log", line_number=7, line_hash=b"1" * 16, code="cut_off",
        reason="行不完整", text="1795216102|c1|q-sales|NONE|ENTERQ 13800004070",
    )  # fmt: skip
    SourceOutage.objects.create(source=source, started_at=now - timedelta(minutes=2), reason="no sign of life")
    QueueAlias.objects.create(source=source, name="q-tariff", queue=make_queue())
    return {"code": "pbx1"}


def _feed(user: Any) -> Mapping[str, Any]:
    services.ensure_source(actor=SYSTEM, code="crm", kind="events", name="客户系统推送")
    return {"code": "crm"}


def _queue(user: Any) -> Mapping[str, Any]:
    return {"pk": make_queue().pk}


def _open_drawer(page: Any) -> None:
    page.locator(".ui-row-link").first.click()
    page.wait_for_selector("#ui-drawer-body .calls-strip", state="attached")


def _play(page: Any) -> None:
    page.locator("[data-skip='10']").first.click()
    page.locator("[data-speed='1.5']").first.click()
    page.wait_for_selector("[data-speed='1.5'][aria-pressed='true']")


for _case in (
    PageCase("calls.visits", "calls:visits", role="manager", prepare=_some, query={"day_from": "2020-01-01"}),
    PageCase("calls.visits_empty", "calls:visits", role="manager"),
    PageCase("calls.visits_drawer", "calls:visits", role="manager", prepare=_some, act=_open_drawer),
    PageCase("calls.visit", "calls:visit", role="manager", prepare=_visit, act=_play),
    PageCase("calls.sources", "calls:sources", role="admin", prepare=lambda user: _source(user) and None),
    PageCase("calls.source", "calls:source", role="admin", prepare=_source),
    PageCase("calls.source_feed", "calls:source", role="admin", prepare=_feed),
    PageCase("calls.source_new", "calls:source_new", role="admin"),
    PageCase("calls.faults", "calls:faults", role="admin", prepare=_source),
    PageCase("calls.aliases", "calls:aliases", role="admin", prepare=_source),
    PageCase("calls.queue_alias_new", "calls:queue_alias_new", role="admin", prepare=_source),
    PageCase("calls.queues", "calls:queues", role="manager", prepare=_some),
    PageCase("calls.queue", "calls:queue", role="manager", prepare=_queue),
    PageCase("calls.dispositions", "calls:dispositions", role="manager", prepare=_some),
    PageCase("calls.disposition_new", "calls:disposition_new", role="manager"),
):
    PAGES.register(_case)
