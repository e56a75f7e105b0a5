"""What people do with an alert: acknowledge it, snooze it, make it a task. It ends by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.areas.insight import permissions, queries
from kefu.areas.insight.choices import AlertState, AlertVerb
from kefu.areas.insight.models import Alert, AlertEvent
from kefu.areas.insight.services.telling import what
from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound, RuleBroken
from kefu.platform.access import services as access
from kefu.platform.tasks import services as tasks
from kefu.platform.tasks.models import Task

TASK_KIND = "insight.alert"
LONGEST_SNOOZE = timedelta(days=7)


def acknowledge(*, actor: Actor, number: str, note: str = "", expected_version: int | None = None) -> Alert:
    """Take the alert up: nobody is told any more until it fires anew. Doing it twice changes nothing."""
    note = _note(note)
    with _held(actor, number, expected_version) as alert:
        if alert.state == AlertState.ACKNOWLEDGED:
            return alert
        alert.state = AlertState.ACKNOWLEDGED
        alert.acknowledged_at = clock.now()
        alert.acknowledged_by_id = actor.user_id
        alert.note = note
        alert.tell_at = alert.escalate_at = alert.snoozed_until = None
        _write(actor, alert, AlertVerb.ACKNOWLEDGED, note)
    return alert


def snooze(*, actor: Actor, number: str, until: datetime, note: str = "", expected_version: int | None = None) -> Alert:
    """Be told again at ``until`` if it still stands; nothing is escalated before. Raises ``InvalidInput``."""
    note, now = _note(note), clock.now()
    if not now < until <= now + LONGEST_SNOOZE:
        raise InvalidInput(_("暂缓到的时间须晚于现在，且不超过 7 天。"), field="until")
    with _held(actor, number, expected_version) as alert:
        alert.state = AlertState.OPEN
        alert.acknowledged_at = alert.acknowledged_by_id = None
        alert.snoozed_until = alert.tell_at = until
        alert.escalate_at = None
        alert.round += 1
        alert.note = note
        _write(actor, alert, AlertVerb.SNOOZED, note)
    return alert


def assign(*, actor: Actor, number: str, owner_id: int | None, note: str = "", due_at: datetime | None = None) -> Task:
    """Open a task about the alert (one per person) and acknowledge it."""
    note = _note(note)
    with _held(actor, number) as alert:
        task = tasks.open_task(
            actor=actor,
            kind=TASK_KIND,
            title=_("处理告警：%(what)s") % {"what": what(alert)},
            body=note,
            owner_id=owner_id,
            node_id=None if owner_id else alert.node_id,
            due_at=due_at,
            origin=alert.origin,
            url=reverse("insight:alert", args=[alert.number]),
            dedupe_key=f"insight.alert:{alert.pk}:{owner_id or 0}",
        )
        if alert.state == AlertState.OPEN:
            alert.state = AlertState.ACKNOWLEDGED
            alert.acknowledged_at = clock.now()
            alert.acknowledged_by_id = actor.user_id
            alert.tell_at = alert.escalate_at = alert.snoozed_until = None
        _write(actor, alert, AlertVerb.ASSIGNED, task.number)
    return task


@contextmanager
def _held(actor: Actor, number: str, expected_version: int | None = None) -> Iterator[Alert]:
    """The standing alert under lock, when the actor may handle it."""
    access.authorise(actor, permissions.HANDLE_ALERT)
    with transaction.atomic():
        alert = Alert.objects.select_for_update(of=("self",)).select_related("rule").filter(number=number).first()
        if alert is None or not queries.alerts_for(actor).filter(pk=alert.pk).exists():
            raise NotFound(_("没有这条告警，或者您无权查看。"))
        if not queries.may_handle(actor, alert):
            access.authorise(actor, permissions.HANDLE_ALERT, node_id=alert.node_id)
        if alert.state == AlertState.CLEARED:
            raise RuleBroken(_("告警已经恢复，不需要再处理。"), code="alert_cleared")
        if expected_version is not None and expected_version != alert.version:
            raise Conflict(_("告警刚有变化，您的操作没有执行。请查看最新内容后再试。"), code="alert_changed")
        yield alert


def _write(actor: Actor, alert: Alert, verb: AlertVerb, note: str) -> None:
    alert.version += 1
    alert.save()
    AlertEvent.objects.create(alert=alert, verb=verb, at=clock.now(), actor_id=actor.user_id, note=note)
    auditing.record(
        actor=actor,
        action=f"insight.alert:{verb.value}",
        target=alert.origin,
        after={"number": alert.number, "state": alert.state, "rule": alert.rule.code},
        node_id=alert.node_id,
    )


def _note(text: str) -> str:
    text = text.strip()
    if len(text) > 500:
        raise InvalidInput(_("最多 %(n)s 个字。") % {"n": 500}, field="note")
    return text
