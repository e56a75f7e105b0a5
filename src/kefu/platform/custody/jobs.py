"""What the worker does for custody: requests, and every night what is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kefu.kernel.actor import Actor
from kefu.platform.custody import services
from kefu.platform.custody.models import RetentionRun
from kefu.platform.custody.services import executing, retaining
from kefu.platform.jobs.context import JobContext
from kefu.platform.jobs.registry import job, ticker

NIGHT = range(2, 6)
"""The local hours in which the nightly round may begin."""


@job(executing.JOB, title=_("办理个人信息请求"))
def execute(ctx: JobContext, *, request_id: int) -> dict[str, Any]:
    """Erase or collect what one request asks for."""
    steps = iter(range(1, 10**9))
    counts = services.run_request(
        actor=ctx.requester,
        request_id=request_id,
        progress=lambda step: ctx.progress(next(steps), None, step),
    )
    return {"counts": counts, "url": reverse("custody:request", args=[request_id])}


@job(retaining.JOB, title=_("到期清理"))
def retain(ctx: JobContext, *, run_id: int) -> dict[str, Any]:
    """Let go what is over."""
    run = RetentionRun.objects.get(pk=run_id)
    counts = services.run_retention(
        actor=ctx.requester if ctx.requester.user_id else ctx.actor,
        run=run,
        progress=lambda done, label: ctx.progress(done, None, label),
    )
    return {"counts": counts, "url": reverse("custody:retention")}


@ticker("custody.nightly", every=600.0)
def nightly(now: datetime) -> bool:
    """Start tonight's round once; whether it began now."""
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    if local.hour not in NIGHT or RetentionRun.objects.filter(day=local.date(), is_nightly=True).exists():
        return False
    return services.start_retention(actor=Actor.system("ticker:custody.nightly"), nightly=True) is not None
