"""The delivery app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    """Mail, SMS and webhooks."""

    name = "kefu.platform.delivery"
    label = "delivery"
    verbose_name = _("对外发送")

    def ready(self) -> None:
        """Declare permissions, parameters, sealed fields and audit labels."""
        from kefu.platform.api.registry import add_router
        from kefu.platform.audit import labels as audit
        from kefu.platform.delivery import events, labels, panels, params, permissions, personal, taps, tasks  # noqa: F401
        from kefu.platform.delivery.api import router
        from kefu.platform.delivery.web import checklist, menu
        from kefu.platform.privacy.sealing import sealed_field

        permissions.register()
        params.register()
        menu.register()
        checklist.register()
        audit.register(labels.LABELS)
        sealed_field("delivery.Message", "sealed", context=lambda row: row.seal_context)
        sealed_field("delivery.SmsGateway", "sealed_secret", context=lambda row: row.seal_context)
        sealed_field("delivery.WebhookEndpoint", "sealed_secret", context=lambda row: row.seal_context)
        panels.register()
        add_router("webhooks", router, tag="webhooks")
        personal.register()
