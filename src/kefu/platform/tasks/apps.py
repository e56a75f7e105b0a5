"""The tasks app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    """Registers permissions, notices, pages and the kind that people open by hand."""

    name = "kefu.platform.tasks"
    label = "tasks"
    verbose_name = _("任务")

    def ready(self) -> None:
        """Put the app's parts into the registries."""
        from kefu.kernel.permissions import PERMISSIONS
        from kefu.platform.api.registry import add_router
        from kefu.platform.clocks.registry import clock_kind
        from kefu.platform.files.registry import purpose
        from kefu.platform.live.registry import topic_rule
        from kefu.platform.tasks import labels, live, notices, panels, permissions, personal, queries
        from kefu.platform.tasks.api import router
        from kefu.platform.tasks.registry import task_kind
        from kefu.platform.tasks.web import menu, palette

        PERMISSIONS.register_all(permissions.ALL)
        permissions.grant()
        labels.register()
        notices.register()
        topic_rule(live.PREFIX, authorise=live.may_read)
        purpose(
            "tasks.evidence",
            permissions.VIEW,
            ("application/pdf", "image/png", "image/jpeg", "image/webp", "text/plain", *OFFICE),
            20 * 2**20,
            logs_access=True,
            may_read=queries.may_read_file,
        )
        clock_kind("tasks.verification", _("任务复核"), target_seconds=8 * 3600, on_event=_("任务提交完成、等待复核时"))
        task_kind("tasks.manual", _("手工任务"), "square-check", permission="", remind_before=(86400, 3600))
        task_kind(
            "tasks.checked",
            _("须复核的任务"),
            "clipboard-check",
            permission=permissions.STEER,
            needs_evidence=True,
            needs_verifier=True,
            remind_before=(86400, 3600),
        )
        add_router("tasks", router, tag="tasks")
        menu.register()
        palette.register()
        panels.register()
        personal.register()


OFFICE = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)
