"""The Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The audit trail."""

    name = "kefu.platform.audit"
    verbose_name = _("审计")

    def ready(self) -> None:
        """Plug the trail in behind ``kernel.auditing`` and declare the permission."""
        from kefu.kernel import auditing
        from kefu.platform.api.registry import add_router
        from kefu.platform.audit import permissions, personal, services
        from kefu.platform.audit.api import router
        from kefu.platform.audit.web import menu

        auditing.plug(services.record)
        permissions.register()
        menu.register()
        add_router("audit", router)
        personal.register()
