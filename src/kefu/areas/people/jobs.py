"""What runs by itself: every minute, what is planned for today comes into force."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kefu.areas.people import services
from kefu.areas.people.queries.file import export_scope
from kefu.areas.people.services.file import printing, terms
from kefu.kernel import clock
from kefu.platform.jobs.context import JobContext
from kefu.platform.jobs.registry import job, ticker


@ticker("people.today", every=60.0)
def bring_up_to_date(now: datetime) -> None:
    """Planned transfers, moves and leavings of today."""
    services.bring_up_to_date(clock.local_date(now, settings.TIME_ZONE))


@ticker("people.skills", every=1800.0)
def follow_expiry(now: datetime) -> None:
    """Certificates that lapse soon, or have lapsed, get their clocks."""
    services.follow_expiry(clock.local_date(now, settings.TIME_ZONE))


@ticker("people.terms", every=3600.0)
def follow_terms(now: datetime) -> None:
    """Contracts, probations and certificates that end before long get their clocks; those of the gone are ended."""
    terms.follow_all(clock.local_date(now, settings.TIME_ZONE))


@job("people.print_forms", title=_("批量打印员工表格"))
def print_forms(
    ctx: JobContext, form: str, unit: str, with_left: bool, is_full: bool, reason: str
) -> dict[str, object]:
    """One PDF with a form for each employee of a unit, kept for a week for whoever asked."""
    people = export_scope(ctx.requester, unit, with_left=with_left)
    ctx.progress(0, len(people))
    stored = printing.print_many(actor=ctx.requester, employees=people, form=form, is_full=is_full, reason=reason)
    return {"count": len(people), "url": f"/files/{stored.uid}"}
