"""Background work of insight: thin entry points."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kefu.areas.insight import services
from kefu.areas.insight.services.report_plans import MAKE_JOB
from kefu.areas.insight.services.sending_reports import SEND_JOB
from kefu.platform.jobs.context import JobContext
from kefu.platform.jobs.registry import job, ticker


@ticker("insight.alerts", every=15.0)
def watch(now: datetime) -> None:
    """Look at the rules that are due, then tell whoever is to be told."""
    services.keep_minute(now)
    services.evaluate(now)
    services.tell_due(now)


@ticker("insight.prune_minutes", every=21_600.0)
def prune(now: datetime) -> None:
    """Drop old minutes of the live gauges."""
    services.prune_minutes(now)


@job(MAKE_JOB, title=_("生成运营报告"), retries=2)
def make_report(ctx: JobContext, *, plan_id: int, starts_on: str, node_id: int | None) -> dict[str, Any]:
    """Make one report; asked again, it answers with the one that stands."""
    report = services.make_report(
        actor=ctx.actor,
        plan_id=plan_id,
        starts_on=date.fromisoformat(starts_on),
        node_id=node_id,
        by_user_id=ctx.requester.user_id,
    )
    return {"url": reverse("insight:made_report", args=[report.uid]), "number": report.number}


@job(SEND_JOB, title=_("发送运营报告"), retries=3)
def send_report(ctx: JobContext, *, report_id: int) -> dict[str, Any]:
    """Print and hand over the copies; a second run goes on where the first stopped."""
    return {"mails": services.deliver_copies(report_id=report_id)}


@ticker("insight.report_plans", every=30.0)
def report_plans(now: datetime) -> int:
    """Ask for what is due and archive what was sent long ago."""
    services.archive_due(now)
    return services.make_due(now)
