"""Looking at the rules: one pass reads what is due, steps every watch, and begins and ends alerts."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from kefu.areas.insight.choices import AlertState, AlertVerb, Condition
from kefu.areas.insight.engine.alerting import Change, Phase, Reading, Side, Terms, Watch, step
from kefu.areas.insight.events import AlertCleared, AlertFired
from kefu.areas.insight.models import Alert, AlertEvent, AlertRule, AlertWatch, GaugeMinute
from kefu.areas.insight.queries import alert_readings as readings
from kefu.areas.insight.services import telling
from kefu.kernel import clock
from kefu.kernel.metrics import Member
from kefu.platform.outbox import services as outbox

log = logging.getLogger("kefu.insight")
EVERY_SECONDS = 55
TREND_GAP = 31 * 60
KEEP_MINUTES = timedelta(days=40)


def evaluate(now: datetime) -> int:
    """Look at every rule that is due; how many were. Rules are read together and written one by one."""
    rules = [rule for rule in AlertRule.objects.filter(is_active=True) if readings.is_due(rule, now, EVERY_SECONDS)]
    if not rules:
        return 0
    wall = readings.Wall(now)
    found = readings.readings_now(rules, wall)
    for rule in rules:
        if rule.pk in found:
            try:
                _look(rule, found[rule.pk], wall)
            except Exception:  # one faulty rule must not silence the others
                log.exception("alert rule %s failed", rule.code)
    return len(rules)


def _look(rule: AlertRule, seen: Mapping[int, Reading], wall: readings.Wall) -> None:
    with transaction.atomic():
        held = AlertRule.objects.select_for_update().get(pk=rule.pk)
        if held.version != rule.version or not held.is_active or held.evaluated_at != rule.evaluated_at:
            return
        terms = readings.terms_of(held, gap_seconds=TREND_GAP if held.condition == Condition.TREND else 300)
        watches = {row.key: row for row in AlertWatch.objects.filter(rule=held)}
        alerts = {row.key: row for row in Alert.objects.filter(rule=held, cleared_at=None)}
        for key in {*seen, *watches}:
            reading = seen.get(key) or Reading(wall.now, None)
            row = watches.get(key)
            before = Watch(Phase(row.phase), row.since, held.evaluated_at) if row else Watch(last_at=held.evaluated_at)
            after, change = step(terms, before, reading)
            _keep(held, key, row, after)
            if change is Change.FIRED:
                alerts[key] = _fire(held, terms, key, reading, wall)
            elif change is Change.CLEARED and key in alerts:
                _clear(alerts.pop(key), reading)
            elif key in alerts:
                _follow(alerts[key], held, reading)
        AlertRule.objects.filter(pk=held.pk).update(evaluated_at=wall.now)


def _keep(rule: AlertRule, key: int, row: AlertWatch | None, after: Watch) -> None:
    """Write a watch only when it moved; a quiet one has no row."""
    if after.phase is Phase.QUIET:
        if row is not None:
            row.delete()
    elif row is None:
        AlertWatch.objects.create(rule=rule, key=key, phase=after.phase.value, since=after.since)
    elif (row.phase, row.since) != (after.phase.value, after.since):
        row.phase, row.since = after.phase.value, after.since
        row.save(update_fields=["phase", "since"])


def _fire(rule: AlertRule, terms: Terms, key: int, reading: Reading, wall: readings.Wall) -> Alert:
    member = readings.members_of(rule.dimension, [key]).get(key, Member(key, str(key), str(key)))
    alert = Alert.objects.create(
        number=f"A{clock.local_date(reading.at, settings.TIME_ZONE):%Y%m%d}-{_next():06d}",
        rule=rule,
        key=key,
        member_code=member.code[:80],
        member_name=member.name[:120],
        node_id=readings.node_of(rule, member, wall),
        severity=rule.severity,
        value=reading.value,
        worst=reading.value,
        last_value=reading.value,
        n=reading.n,
        limit=limit_of(terms, reading),
        fired_at=reading.at,
        tell_at=telling.first_telling(rule, reading.at),
    )
    AlertEvent.objects.create(alert=alert, verb=AlertVerb.FIRED, at=reading.at)
    outbox.publish(AlertFired(alert.pk, rule.pk, rule.severity))
    return alert


def limit_of(terms: Terms, reading: Reading) -> float | None:
    """What the reading broke: the limit, or the end of the usual range that it lies beyond."""
    band = reading.usual
    if terms.condition is not Condition.TREND or band is None or reading.value is None:
        return terms.limit
    if terms.side is Side.BOTH:
        return band.low if reading.value < band.middle else band.high
    return band.low if terms.side is Side.LOW else band.high


def _clear(alert: Alert, reading: Reading) -> None:
    alert.state = AlertState.CLEARED
    alert.cleared_at = reading.at
    alert.escalate_at = None
    alert.snoozed_until = None
    if alert.round:  # the end of a snooze tells nobody of what is over
        alert.tell_at = None
    if reading.value is not None:
        alert.last_value = reading.value
    alert.version += 1
    alert.save()
    AlertEvent.objects.create(alert=alert, verb=AlertVerb.CLEARED, at=reading.at)
    outbox.publish(AlertCleared(alert.pk, alert.rule_id))


def _follow(alert: Alert, rule: AlertRule, reading: Reading) -> None:
    """Keep the newest and the worst value in sight."""
    if reading.value is None or reading.value == alert.last_value:
        return
    alert.last_value = reading.value
    alert.worst = worse(rule, alert, reading.value)
    alert.save(update_fields=["last_value", "worst"])


def worse(rule: AlertRule, alert: Alert, value: float) -> float | None:
    """The worse of the worst so far and ``value``: further beyond the limit."""
    if alert.worst is None or rule.condition == Condition.MISSING:
        return value
    is_low = (
        alert.value < alert.limit
        if rule.condition == Condition.TREND and alert.value is not None and alert.limit is not None
        else rule.condition == Condition.BELOW
    )
    return min(alert.worst, value) if is_low else max(alert.worst, value)


def _next() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('insight_alert_number')")
        return int(cursor.fetchone()[0])


def keep_minute(now: datetime) -> bool:
    """Keep what the live gauges show, once a minute; whether it was kept."""
    minute = now.replace(second=0, microsecond=0)
    if GaugeMinute.objects.filter(pk=minute).exists():
        return False
    values = readings.Wall(now).values
    if not values:
        return False
    GaugeMinute.objects.bulk_create([GaugeMinute(at=minute, values=values)], ignore_conflicts=True)
    return True


def prune_minutes(now: datetime) -> int:
    """Drop the minutes that neither a chart nor a dry run reaches."""
    return GaugeMinute.objects.filter(at__lt=now - KEEP_MINUTES).delete()[0]
