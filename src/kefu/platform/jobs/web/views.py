"""The pages of jobs: the list, one job with its progress, cancel and retry."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kefu.kernel import clock
from kefu.platform.access import queries as access
from kefu.platform.access.guard import actor_of, signed_in
from kefu.platform.jobs import queries, services
from kefu.platform.jobs.choices import JobState
from kefu.platform.jobs.permissions import VIEW_ALL
from kefu.platform.jobs.web.tables import JobTable
from kefu.platform.webui.responses import is_fragment, redirect_or_hx
from kefu.platform.webui.tables import table_page


@require_safe
@signed_in
def index(request: HttpRequest) -> HttpResponseBase:
    """The viewer's jobs, and for administrators how the tickers are."""
    context: dict[str, Any] = {"title": _("后台任务"), "active": "jobs.jobs", "tickers": []}
    if access.has_permission(actor_of(request), VIEW_ALL):
        context["tickers"] = queries.ticker_health()
    return table_page(request, JobTable(request), "jobs/jobs.html", context)


@require_safe
@signed_in
def detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One job; htmx asks for its region again every two seconds while it is open."""
    actor = actor_of(request)
    job = queries.job_by_uid(actor, str(uid))
    steerable = queries.may_steer(actor, job)
    result = job.result or {}
    url = result.get("url", "")
    context = {
        "title": job.title,
        "active": "jobs.jobs",
        "job": job,
        "now": clock.now(),
        "may_cancel": steerable and job.is_open and job.cancel_requested_at is None,
        "may_retry": steerable and job.state in (JobState.FAILED, JobState.CANCELLED),
        "result": [(name, value) for name, value in result.items() if name != "url" and not isinstance(value, dict)],
        "result_url": url if isinstance(url, str) and url.startswith("/") and not url.startswith("//") else "",
    }
    return render(request, "jobs/_job.html" if is_fragment(request) else "jobs/job.html", context)


@require_POST
@signed_in
def cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Cancel a job."""
    job = services.cancel_job(actor=actor_of(request), uid=str(uid))
    text = _("已取消任务") if job.state == JobState.CANCELLED else _("已要求取消，任务将在下一步停止")
    return redirect_or_hx(request, reverse("jobs:job", args=[uid]), text=text)


@require_POST
@signed_in
def retry(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Start a failed job again."""
    job = services.retry_job(actor=actor_of(request), uid=str(uid))
    return redirect_or_hx(request, reverse("jobs:job", args=[job.uid]), text=_("已重新开始任务"))
