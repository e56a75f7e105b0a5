"""Certificates that lapse: who is concerned hears of it in time, once for each step."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from kefu.areas.people.models import Certificate
from kefu.areas.people.queries.skills import in_force
from kefu.areas.people.rules import expiry_step
from kefu.areas.people.services import notices

EARLIEST = timedelta(days=30)


def remind_of_expiry(day: date) -> int:
    """Tell employee and leader of what lapses within 30 days, within 7, and what has lapsed; how many were told.

    Idempotent: each step of each certificate is told once. What lapsed more than a month ago is left alone.
    """
    told = 0
    rows = in_force(Certificate.objects.filter(employee__left_on__isnull=True), day).filter(
        expires_on__lt=day + EARLIEST, expires_on__gte=day - EARLIEST
    )
    for certificate in rows.select_related("employee", "skill"):
        step = expiry_step(certificate.expires_on, day)
        if step:
            with transaction.atomic():
                told += notices.skill_lapses(certificate, step)
    return told
