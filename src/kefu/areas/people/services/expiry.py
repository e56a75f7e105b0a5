"""Certificates that lapse: each has a clock that reminds the employee and escalates to the leaders."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kefu.areas.people.models import Certificate
from kefu.areas.people.queries.skills import in_force
from kefu.kernel.actor import Actor
from kefu.platform.clocks import services as clocks
from kefu.platform.clocks.choices import LIVE
from kefu.platform.clocks.models import Clock
from kefu.platform.clocks.queries import clocks_for

SYSTEM = Actor.system("people.skills")
CLOCK = "people.skill_expiry"
AHEAD, BEHIND = timedelta(days=31), timedelta(days=30)


def follow_expiry(day: date, employee_ids: Collection[int] | None = None) -> int:
    """Bring the clocks in line with the certificates (of some employees, or all); how many were started or ended.

    A clock runs for each certificate in force that lapses within a month or lapsed within the last one; it is met by
    a renewal and cancelled when the certificate is revoked or the employee leaves. Idempotent.
    """
    certificates = Certificate.objects.filter(employee__left_on__isnull=True)
    if employee_ids is not None:
        certificates = certificates.filter(employee_id__in=list(employee_ids))
    standing = in_force(certificates, day).filter(expires_on__isnull=False)
    with transaction.atomic():
        changed = _end_others(set(standing.values_list("pk", flat=True)), employee_ids)
        running = set(_running().values_list("origin", flat=True))
        due = standing.filter(expires_on__lt=day + AHEAD, expires_on__gte=day - BEHIND)
        for certificate in due.select_related("employee", "skill"):
            if _origin(certificate.pk) in running:
                continue
            clocks.start(
                kind=CLOCK,
                origin=_origin(certificate.pk),
                title=f"{certificate.employee.number} · {certificate.skill.name}",
                url=f"/people/skills/of/{certificate.employee.number}/",
                node_id=certificate.employee.unit_id,
                owner_id=certificate.employee.user_id,
                due_on=certificate.expires_on,
                actor=SYSTEM,
            )
            changed += 1
    return changed


def _end_others(standing: set[int], employee_ids: Collection[int] | None) -> int:
    """End the clocks of certificates that are no longer in force."""
    open_clocks = {int(origin.rpartition(":")[2]): pk for origin, pk in _running().values_list("origin", "pk")}
    gone = Certificate.objects.filter(pk__in=set(open_clocks) - standing)
    if employee_ids is not None:
        gone = gone.filter(employee_id__in=list(employee_ids))
    rows = list(gone.select_related("employee"))
    for certificate in rows:
        if certificate.revoked_at is None and certificate.employee.left_on is None:
            clocks.stop(clock_id=open_clocks[certificate.pk], reason=_("技能已重新认证"), actor=SYSTEM)
        else:
            clocks.cancel(clock_id=open_clocks[certificate.pk], reason=_("认证已撤销或员工已离职"), actor=SYSTEM)
    return len(rows)


def _running() -> QuerySet[Clock]:
    return clocks_for(SYSTEM).filter(kind=CLOCK, status__in=LIVE)


def _origin(certificate_id: int) -> str:
    return f"people.certificate:{certificate_id}"
