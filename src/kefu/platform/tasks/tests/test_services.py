"""Given tasks, when people work on them, then state, clock, notices and history follow, and a denial changes nothing."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotFound, RuleBroken
from kefu.platform.access.models import User
from kefu.platform.audit.models import AuditEntry
from kefu.platform.clocks import queries as clock_queries
from kefu.platform.clocks import services as clocks
from kefu.platform.clocks.choices import ClockStatus
from kefu.platform.clocks.models import Clock
from kefu.platform.files import queries as files
from kefu.platform.live.models import Snapshot
from kefu.platform.notify.models import Notice
from kefu.platform.outbox.models import StoredEvent
from kefu.platform.tasks import live, queries, rules, services
from kefu.platform.tasks.choices import TaskState, TaskVerb
from kefu.platform.tasks.models import Evidence, Task, TaskEvent
from kefu.platform.tasks.tests.conftest import Centre

SYSTEM = Actor.system("test")
pytestmark = pytest.mark.django_db


def open_for(centre: Centre, who: Actor | None = None, **given: Any) -> Task:
    given = {"kind": "tasks.checked", "title": "整改措施", "due_at": clock.now() + timedelta(hours=30), **given}
    return services.open_task(actor=SYSTEM, owner_id=(who or centre.agent).user_id, **given)


def clock_of(row: Task) -> Clock:
    return Clock.objects.filter(origin=f"tasks.task:{row.pk}").latest("id")


def kinds_told(actor: Actor) -> list[str]:
    return list(Notice.objects.filter(user_id=actor.user_id).order_by("id").values_list("kind", flat=True))


def test_from_opening_to_verification(centre: Centre) -> None:
    row = open_for(centre)
    assert rules.number_of(clock.local_date(row.created_at), int(row.number[-6:])) == row.number
    assert (row.node_id, row.due_at) == (centre.team.pk, clock_of(row).due_at)
    assert kinds_told(centre.agent) == ["tasks.assigned"]
    services.start(actor=centre.agent, task_id=row.pk)
    with pytest.raises(InvalidInput):
        services.complete(actor=centre.agent, task_id=row.pk)
    services.complete(actor=centre.agent, task_id=row.pk, evidence="已补充培训记录")
    row.refresh_from_db()
    assert row.state == TaskState.TO_VERIFY
    assert clock_of(row).status == ClockStatus.PAUSED
    check = clock_queries.live_clock("tasks.verification", f"tasks.task:{row.pk}:verify")
    assert check is not None
    assert kinds_told(centre.leader) == ["tasks.to_verify"]
    services.send_back(actor=centre.leader, task_id=row.pk, reason="缺签到表")
    assert clock_of(row).status == ClockStatus.RUNNING
    assert kinds_told(centre.agent) == ["tasks.assigned", "tasks.sent_back"]
    services.complete(actor=centre.agent, task_id=row.pk, evidence="已补签到表")
    services.verify(actor=centre.leader, task_id=row.pk, note="可以")
    row.refresh_from_db()
    assert (row.state, row.verified_by_id) == (TaskState.DONE, centre.leader.user_id)
    assert clock_of(row).status == ClockStatus.MET
    assert not Clock.objects.filter(status__in=("running", "paused")).exists()
    assert [event.verb for event in queries.history_of(row)][::-1] == [
        "opened",
        "started",
        "completed",
        "sent_back",
        "completed",
        "verified",
    ]
    assert list(StoredEvent.objects.order_by("id").values_list("code", flat=True)) == ["tasks.opened", "tasks.closed"]
    assert AuditEntry.objects.filter(target=f"tasks.task:{row.pk}").count() == 6


def test_the_same_dedupe_key_opens_one_task(centre: Centre) -> None:
    first = open_for(centre, dedupe_key="coaching:7")
    assert open_for(centre, dedupe_key="coaching:7", title="别的").pk == first.pk
    assert open_for(centre, dedupe_key="coaching:8").pk != first.pk
    assert Task.objects.count() == 2


def test_an_unowned_task_is_taken_by_one_of_the_unit(centre: Centre) -> None:
    row = services.open_task(actor=SYSTEM, kind="tasks.manual", title="回访", node_id=centre.team.pk)
    assert queries.own_tasks(centre.agent).get() == row
    services.take(actor=centre.agent, task_id=row.pk, expected_version=1)
    assert not queries.tasks_for(centre.mate).exists()
    with pytest.raises(NotFound):
        services.take(actor=centre.mate, task_id=row.pk)
    with pytest.raises(Conflict):
        services.take(actor=centre.leader, task_id=row.pk, expected_version=1)
    assert Task.objects.get().owner_id == centre.agent.user_id


def test_nobody_checks_their_own_work(centre: Centre) -> None:
    row = open_for(centre, centre.leader)
    services.complete(actor=centre.leader, task_id=row.pk, evidence="做完了")
    for work in (
        lambda: services.verify(actor=centre.leader, task_id=row.pk),
        lambda: services.send_back(actor=centre.leader, task_id=row.pk, reason="x"),
    ):
        with pytest.raises(Denied):
            work()
    row.refresh_from_db()
    assert (row.state, row.verified_by_id) == (TaskState.TO_VERIFY, None)


@pytest.mark.parametrize("who", ["mate", "stranger", "reader"])
def test_others_change_nothing(centre: Centre, who: str) -> None:
    actor: Actor = getattr(centre, who)
    row = open_for(centre)
    lines = TaskEvent.objects.count()
    work: list[Any] = [
        lambda: services.take(actor=actor, task_id=row.pk),
        lambda: services.start(actor=actor, task_id=row.pk),
        lambda: services.complete(actor=actor, task_id=row.pk, evidence="x"),
        lambda: services.add_evidence(actor=actor, task_id=row.pk, stream=io.BytesIO(b"%PDF-1.7 x"), name="x.pdf"),
        lambda: services.hand_over(actor=actor, task_id=row.pk, owner_id=actor.user_id or 0),
        lambda: services.reschedule(actor=actor, task_id=row.pk, due_at=clock.now() + timedelta(days=9)),
        lambda: services.cancel(actor=actor, task_id=row.pk, reason="x"),
    ]
    for each in work:
        with pytest.raises((Denied, NotFound)):
            each()
    row.refresh_from_db()
    assert (row.state, row.owner_id, row.version) == (TaskState.OPEN, centre.agent.user_id, 1)
    assert TaskEvent.objects.count() == lines
    assert Evidence.objects.count() == 0


def test_people_open_tasks_within_their_reach_only(centre: Centre) -> None:
    mine = services.open_task(actor=centre.agent, kind="tasks.manual", title="记得回访", owner_id=centre.agent.user_id)
    assert kinds_told(centre.agent) == []
    services.open_task(actor=centre.leader, kind="tasks.manual", title="跟进", owner_id=centre.agent.user_id)
    before = Task.objects.count()
    for actor, given in (
        (centre.agent, {"owner_id": centre.mate.user_id}),
        (centre.agent, {"node_id": centre.team.pk}),
        (centre.agent, {"owner_id": centre.agent.user_id, "kind": "tasks.checked"}),
        (centre.leader, {"owner_id": centre.stranger.user_id}),
        (centre.leader, {"owner_id": centre.stranger.user_id, "node_id": centre.team.pk}),
        (centre.leader, {"node_id": centre.other.pk}),
        (centre.reader, {"owner_id": centre.reader.user_id}),
    ):
        with pytest.raises(Denied):
            services.open_task(actor=actor, title="x", **{"kind": "tasks.manual", **given})  # type: ignore[arg-type]
    with pytest.raises(InvalidInput):
        services.open_task(actor=centre.leader, kind="tasks.manual", title="x")
    with pytest.raises(InvalidInput):
        open_for(centre, title=" ")
    assert Task.objects.count() == before
    services.cancel(actor=centre.agent, task_id=mine.pk, reason="不需要了")


def test_handing_over_moves_clock_and_counts(centre: Centre) -> None:
    row = open_for(centre)
    services.hand_over(actor=centre.leader, task_id=row.pk, owner_id=centre.mate.user_id or 0, note="请接手")
    assert clock_of(row).owner_id == centre.mate.user_id
    assert kinds_told(centre.mate) == ["tasks.assigned"]
    assert queries.open_for(centre.agent.user_id or 0).open == 0
    assert queries.open_for(centre.mate.user_id or 0).open == 1
    with pytest.raises(Denied):
        services.hand_over(actor=centre.leader, task_id=row.pk, owner_id=centre.stranger.user_id or 0)
    body = Snapshot.objects.get(topic=live.topic_of(centre.mate.user_id or 0)).body
    assert '"open":1' in body
    assert live.may_read(centre.mate, live.topic_of(centre.mate.user_id or 0))
    assert not live.may_read(centre.agent, live.topic_of(centre.mate.user_id or 0))


def test_an_overdue_task_says_so_and_its_people_are_told(centre: Centre) -> None:
    row = open_for(centre)
    clocks.tick(clock.now() + timedelta(hours=31))
    row.refresh_from_db()
    assert row.is_overdue
    assert queries.open_for(centre.agent.user_id or 0).overdue == 1
    assert kinds_told(centre.agent) == ["tasks.assigned", "clocks.breached"]
    assert kinds_told(centre.leader) == ["clocks.escalated"]
    services.reschedule(actor=centre.leader, task_id=row.pk, due_at=clock.now() + timedelta(days=9), reason="延期")
    row.refresh_from_db()
    assert not row.is_overdue
    assert row.due_at == clock_of(row).due_at


def test_a_warning_comes_before_the_due_instant(centre: Centre) -> None:
    open_for(centre)
    clocks.tick(clock.now() + timedelta(hours=7))
    assert kinds_told(centre.agent) == ["tasks.assigned", "clocks.warned"]


def test_cancelled_and_done_tasks_open_again(centre: Centre) -> None:
    row = open_for(centre, kind="tasks.manual")
    services.cancel(actor=centre.leader, task_id=row.pk, reason="重复")
    assert clock_of(row).status == ClockStatus.CANCELLED
    with pytest.raises(RuleBroken):
        services.complete(actor=centre.agent, task_id=row.pk)
    services.reopen(actor=centre.leader, task_id=row.pk, reason="还是要做")
    row.refresh_from_db()
    assert (row.state, row.closed_at) == (TaskState.OPEN, None)
    services.complete(actor=centre.agent, task_id=row.pk)
    assert Task.objects.get().state == TaskState.DONE


def test_evidence_is_read_by_those_who_see_the_task(centre: Centre) -> None:
    row = open_for(centre)
    found = services.add_evidence(
        actor=centre.agent, task_id=row.pk, stream=io.BytesIO(b"%PDF-1.7\nsome evidence"), name="签到表.pdf"
    )
    with pytest.raises(InvalidInput):
        services.add_evidence(actor=centre.agent, task_id=row.pk, stream=io.BytesIO(b"MZ\x90\x00"), name="x.pdf")
    assert Evidence.objects.count() == 1
    assert files.readable_file(centre.leader, found.file.uid) == found.file
    for actor in (centre.mate, centre.stranger):
        with pytest.raises(NotFound):
            files.readable_file(actor, found.file.uid)
    services.complete(actor=centre.agent, task_id=row.pk)
    assert Task.objects.get().state == TaskState.TO_VERIFY


def test_states_and_numbers() -> None:
    assert rules.state_after(TaskVerb.COMPLETED, TaskState.OPEN, needs_verifier=True) == TaskState.TO_VERIFY
    assert rules.state_after(TaskVerb.COMPLETED, TaskState.OPEN, needs_verifier=False) == TaskState.DONE
    assert rules.state_after(TaskVerb.TAKEN, TaskState.IN_PROGRESS, needs_verifier=False) == TaskState.IN_PROGRESS
    assert not rules.is_possible(TaskVerb.VERIFIED, TaskState.OPEN)
    assert rules.number_of(date(2026, 11, 21), 42) == "T20261121-000042"
    assert rules.number_of(date(2026, 11, 21), 1_000_000) == "T20261121-000001"


def test_an_account_out_of_use_gets_no_task(centre: Centre) -> None:
    User.objects.filter(pk=centre.mate.user_id).update(is_active=False)
    with pytest.raises(InvalidInput):
        open_for(centre, centre.mate)
    assert Task.objects.count() == 0
