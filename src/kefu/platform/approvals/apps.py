"""The approvals app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    """Registers permissions, notices, the clock of answers, files and pages; rooms declare their kinds of request."""

    name = "kefu.platform.approvals"
    label = "approvals"
    verbose_name = _("审批")

    def ready(self) -> None:
        """Put the app's parts into the registries."""
        from kefu.kernel.permissions import PERMISSIONS
        from kefu.platform.api.registry import add_router
        from kefu.platform.approvals import attachments, general, labels, limits, notices, panels, permissions, personal
        from kefu.platform.approvals.api import router
        from kefu.platform.approvals.web import menu, palette

        PERMISSIONS.register_all(permissions.ALL)
        permissions.grant()
        labels.register()
        notices.register()
        limits.register()
        attachments.register()
        general.register()
        menu.register()
        palette.register()
        panels.register()
        add_router("approvals", router, tag="approvals")
        personal.register()
