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
        from kefu.kernel.permissions import PERMISSIONS
        from kefu.platform.params.registry import PARAMS

        PERMISSIONS.register_all(permissions.PERMISSIONS)
        PARAMS.register_all(rules.PARAMS)
