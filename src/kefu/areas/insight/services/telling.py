"""Telling people: at once or after quiet hours, again when nobody acknowledges, each level once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kefu.areas.insight import queries
from kefu.areas.insight.choices import AlertState, AlertVerb, Severity
from kefu.areas.insight.models import Alert, AlertEvent, AlertRule, AlertStep, AlertTold
from kefu.areas.insight.rules import end_of_quiet
from kefu.kernel import clock
from kefu.platform.access import queries as access
from kefu.platform.access.registry import RESPONSIBLES, ROLE_PREFIX
from kefu.platform.notify.services import notify

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

KIND, URGENT_KIND = "insight.alert", "insight.alert_urgent"


def first_telling(rule: AlertRule, at: datetime) -> datetime:
    """When the first people hear of an alert: at once, or at the end of the rule's quiet hours unless it is urgent."""
    if rule.severity == Severity.URGENT or rule.quiet_from is None or rule.quiet_until is None:
        return at
    return end_of_quiet(rule.quiet_from, rule.quiet_until, at, clock.zone(settings.TIME_ZONE))


def tell_due(now: datetime) -> int:
    """Tell of what is due: new alerts, the ends of snoozes, and the next level of unacknowledged ones; how many."""
    done = 0
    due = Alert.objects.filter(tell_at__lte=now).order_by("tell_at", "pk").values_list("pk", flat=True)
    for pk in list(due[:500]):
        done += _tell(pk, now)
    late = Alert.objects.filter(escalate_at__lte=now, state=AlertState.OPEN).order_by("escalate_at", "pk")
    for pk in list(late.values_list("pk", flat=True)[:500]):
        done += _escalate(pk, now)
    return done


def _tell(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        alert = Alert.objects.select_for_update(of=("self",)).select_related("rule").filter(pk=pk).first()
        if alert is None or alert.tell_at is None or alert.tell_at > now:
            return False
        alert.tell_at = None
        is_snooze_over = alert.snoozed_until is not None
        alert.snoozed_until = None
        alert.escalate_at = next_level_at(alert, 0, now) if alert.state == AlertState.OPEN else None
        alert.level = 0
        alert.version += 1
        alert.save()
        if is_snooze_over:
            AlertEvent.objects.create(alert=alert, verb=AlertVerb.WOKEN, at=now)
        _announce(alert, 0, alert.rule.recipients, AlertVerb.TOLD, now)
    return True


def _escalate(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        alert = Alert.objects.select_for_update(of=("self",)).select_related("rule").filter(pk=pk).first()
        if alert is None or alert.state != AlertState.OPEN or alert.escalate_at is None or alert.escalate_at > now:
            return False
        steps = alert.rule.escalation
        if alert.level >= len(steps):
            alert.escalate_at = None
            alert.save(update_fields=["escalate_at"])
            return False
        alert.level += 1
        alert.escalate_at = next_level_at(alert, alert.level, now)
        alert.version += 1
        alert.save()
        _announce(alert, alert.level, [steps[alert.level - 1][1]], AlertVerb.ESCALATED, now)
    return True


def next_level_at(alert: Alert, level: int, now: datetime) -> datetime | None:
    """When the level after ``level`` is due, counted from the first telling; ``None`` after the last."""
    steps = alert.rule.escalation
    if level >= len(steps):
        return None
    before = steps[level - 1][0] if level else 0
    return now + timedelta(minutes=max(steps[level][0] - before, 1))


def _announce(alert: Alert, level: int, codes: Sequence[str], verb: AlertVerb, now: datetime) -> None:
    """Tell the people behind ``codes``, once per level and round."""
    _step, is_new = AlertStep.objects.get_or_create(alert=alert, round=alert.round, level=level, defaults={"at": now})
    if not is_new:
        return
    users = people_behind(codes, alert.node_id, now)
    AlertTold.objects.bulk_create([AlertTold(alert=alert, user_id=user) for user in users], ignore_conflicts=True)
    AlertEvent.objects.create(alert=alert, verb=verb, at=now, audience=list(codes), people=len(users))
    title: StrOrPromise = _("告警：%(what)s")
    if alert.state == AlertState.CLEARED:
        title = _("告警（已恢复）：%(what)s")
    elif verb is AlertVerb.ESCALATED:
        title = _("告警无人确认，已升级：%(what)s")
    notify(
        users=users,
        kind=URGENT_KIND if alert.severity == Severity.URGENT else KIND,
        title=title,
        body=_("%(number)s · 当前 %(value)s"),
        params={
            "what": what(alert),
            "number": alert.number,
            "value": queries.value_text(alert.rule.metric, alert.value),
        },
        url=reverse("insight:alert", args=[alert.number]),
        dedupe_key=f"alert:{alert.pk}:{alert.round}:{level}",
        origin=alert.origin,
    )


def what(alert: Alert) -> str:
    """The rule and where: ``服务水平过低 · 资费查询``."""
    return " · ".join(part for part in (alert.rule.label, alert.member_name) if part)


def people_behind(codes: Iterable[str], node_id: int | None, at: datetime) -> list[int]:
    """The accounts behind the codes with their stand-ins; a code that nobody registers any more is passed over."""
    found: dict[int, None] = {}
    for code in codes:
        if code.startswith(ROLE_PREFIX) or code in RESPONSIBLES:
            found |= dict.fromkeys(access.responsible_users(code, node_id=node_id, at=at))
    return list(found)
