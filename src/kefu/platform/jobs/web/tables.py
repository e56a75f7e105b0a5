"""The list of jobs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kefu.platform.access import queries as access
from kefu.platform.jobs import queries
from kefu.platform.jobs.choices import JobState
from kefu.platform.jobs.models import Job
from kefu.platform.jobs.permissions import VIEW_ALL
from kefu.platform.webui.tables import Column, Empty, Table, View, filters


def progress(job: Job) -> Any:
    """A bar where the total is known, else what the job says."""
    if job.is_open and job.percent is not None:
        return format_html(
            '<progress max="100" value="{}" aria-label="{}"></progress> {}%', job.percent, _("进度"), job.percent
        )
    return job.error or job.message


class JobTable(Table):
    """One's own jobs; all of them with the right to see all."""

    name = "jobs.job"
    caption = _("后台任务")
    order = ("-id",)
    columns = [
        Column("title", _("任务"), link=True),
        Column("state", _("状态"), kind="state", choices=JobState, card="side"),
        Column("progress", _("进度与结果"), render=progress, export=False),
        Column("requested_by_label", _("发起人"), priority=2),
        Column("created_at", _("发起时间"), kind="when"),
        Column("finished_at", _("结束时间"), kind="when", priority=2),
    ]
    filters = [
        filters.MultiFilter(name="state", label=_("状态"), choices=JobState.choices),
        filters.DateRangeFilter(name="day", label=_("发起日期"), field="created_at"),
    ]
    views = [
        View("all", _("全部")),
        View("open", _("进行中"), {"state": ["queued", "running", "interrupted"]}),
        View("failed", _("失败"), {"state": ["failed"]}, tone="bad"),
    ]
    empty = Empty("list-checks", _("没有后台任务"), _("导入、导出等耗时较长的操作会出现在这里。"))

    def rows(self) -> QuerySet[Any]:
        return queries.visible_jobs(self.viewer)

    def row_url(self, row: Any) -> str:
        return reverse("jobs:job", args=[row.uid])

    def visible_columns(self) -> Sequence[Column]:
        if access.has_permission(self.viewer, VIEW_ALL):
            return self.columns
        return [column for column in self.columns if column.key != "requested_by_label"]
