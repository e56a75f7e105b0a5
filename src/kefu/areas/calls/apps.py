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
        from kefu.areas.calls import metrics, panels, permissions, rules
        from kefu.areas.calls.api.routes import router
        from kefu.areas.calls.queries import exceptions  # noqa: F401 (it tells reports what went wrong)
        from kefu.areas.calls.services import (
            facts,  # noqa: F401 (it recomputes dirty buckets)
            personal,
            secrets,
        )
        from kefu.areas.calls.web import checklist, palette, setup
        from kefu.platform.api.registry import add_router
        from kefu.platform.audit import labels
        from kefu.platform.params.registry import PARAMS
        from kefu.platform.privacy.sealing import sealed_field

        permissions.register()
        panels.register()
        labels.register(permissions.ACTIONS)
        metrics.register()
        setup.register()
        checklist.register()
        palette.register()
        add_router("calls", router, tag="calls")
        PARAMS.register_all(rules.PARAMS)
        sealed_field("calls.Source", "secret", context=secrets.context_of)
        personal.register()
