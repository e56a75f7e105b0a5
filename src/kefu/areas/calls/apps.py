"""The Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    """Telephony: raw log, events, visits, agent states, facts, wallboard feed."""

    name = "kefu.areas.calls"
    verbose_name = _("话务")

    def ready(self) -> None:
        """Declare permissions and parameters."""
        from kefu.areas.calls import permissions, rules
        from kefu.areas.calls.api.routes import router
        from kefu.areas.calls.web import setup
        from kefu.platform.api.registry import add_router
        from kefu.platform.params.registry import PARAMS

        permissions.register()
        setup.register()
        add_router("calls", router, tag="calls")
        PARAMS.register_all(rules.PARAMS)
