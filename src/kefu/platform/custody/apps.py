"""The custody app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustodyConfig(AppConfig):
    """Inventory, retention, legal holds, requests."""

    name = "kefu.platform.custody"
    label = "custody"
    verbose_name = _("个人信息保管")

    def ready(self) -> None:
        """Put the app's parts into the registries."""
        from kefu.platform.audit import labels as audit
        from kefu.platform.clocks.registry import clock_kind
        from kefu.platform.custody import callers, files, labels, params, permissions, personal
        from kefu.platform.custody.web import menu
        from kefu.platform.privacy.registry import SUBJECT_KINDS

        permissions.register()
        params.register()
        audit.register(labels.LABELS)
        files.register()
        clock_kind(
            labels.CLOCK,
            _("个人信息请求"),
            remind_before=(5 * 86_400, 86_400),
            escalate=((0, "role:manager"),),
            on_event=_("登记查阅、复制或删除请求时"),
        )
        SUBJECT_KINDS.register(callers.CALLERS)
        personal.register()
        menu.register()
