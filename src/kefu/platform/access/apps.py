"""The Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """Accounts, roles, scope."""

    name = "kefu.platform.access"
    verbose_name = _("账号与权限")

    def ready(self) -> None:
        """Declare permissions; keep built-in roles up to date after each migration."""
        from kefu.platform.access import permissions, personal
        from kefu.platform.access.api.routes import router
        from kefu.platform.access.services.builtin import sync_after_migrate
        from kefu.platform.access.web import banners, menu
        from kefu.platform.access.web import params as policy
        from kefu.platform.api.registry import add_router
        from kefu.platform.privacy.sealing import sealed_field

        policy.register()
        sealed_field("access.SecondFactor", "sealed_secret", context=lambda row: row.seal_context)
        sealed_field("access.IdentityProvider", "sealed_secret", context=lambda row: row.seal_context)
        permissions.register()
        menu.register()
        banners.register()
        add_router("access", router)
        # One run is enough: it looks at all rooms' permissions, which are declared by then.
        post_migrate.connect(sync_after_migrate, sender=self, dispatch_uid="access.sync_builtin_roles")
        personal.register()
