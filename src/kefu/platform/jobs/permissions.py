"""Who may see and steer other people's jobs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.permissions import Permission

VIEW_ALL = "jobs.job:view_all"
MANAGE = "jobs.job:manage"

ALL = (
    Permission(VIEW_ALL, _("查看所有人的后台任务与定时程序"), scoped=False),  # type: ignore[arg-type]
    Permission(MANAGE, _("取消、重试别人的后台任务"), scoped=False),  # type: ignore[arg-type]
)
