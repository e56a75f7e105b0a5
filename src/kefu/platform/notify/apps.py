"""The notify app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class NotifyConfig(AppConfig):
    """Notices, inbox and badge."""

    name = "kefu.platform.notify"
    label = "notify"
    verbose_name = _("通知")

    def ready(self) -> None:
        """Declare the topic, parameters and audit labels."""
        from kefu.platform.api.registry import add_router
        from kefu.platform.audit import labels as audit
        from kefu.platform.live.registry import topic_rule
        from kefu.platform.notify import badge, panels, params, personal
        from kefu.platform.notify.api import router
        from kefu.platform.notify.web import menu

        params.register()
        panels.register()
        menu.register()
        audit.register({"notify.address:change": gettext_noop("修改本人通知地址")})
        topic_rule(badge.PREFIX, authorise=badge.may_read)
        add_router("notices", router, tag="notices")
        personal.register()
