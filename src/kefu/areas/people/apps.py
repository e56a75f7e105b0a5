"""The Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PeopleConfig(AppConfig):
    """Units, employees, agents."""

    name = "kefu.areas.people"
    verbose_name = _("组织人员")

    def ready(self) -> None:
        """Declare permissions, events, menu, jobs, imports and who is responsible for whom."""
        from kefu.areas.people import events, jobs, permissions  # noqa: F401
        from kefu.areas.people.api.routes import router
        from kefu.areas.people.queries import responsible  # noqa: F401
        from kefu.areas.people.services.standard import install_after_migrate
        from kefu.areas.people.web.imports import EMPLOYEES
        from kefu.platform.api.registry import add_router
        from kefu.platform.audit import labels
        from kefu.platform.imports.registry import KINDS
        from kefu.platform.webui.menu import MENU, SECTIONS, MenuItem, MenuSection

        permissions.register()
        post_migrate.connect(install_after_migrate, sender=self, dispatch_uid="people.install_standard")
        labels.register(permissions.ACTIONS)
        add_router("people", router, tag="people")
        KINDS.register(EMPLOYEES)
        SECTIONS.register(MenuSection("people", _("人员"), "users", 60))
        for order, (code, label, icon, url, permission) in enumerate(
            (
                ("people.employees", _("员工"), "users", "people:employees", permissions.EMPLOYEE_VIEW),
                ("people.units", _("组织架构"), "network", "people:units", permissions.UNIT_VIEW),
                ("people.agents", pgettext_lazy("多个", "坐席"), "headset", "people:agents", permissions.AGENT_VIEW),
                ("imports.imports", _("导入"), "upload", "imports:imports", permissions.EMPLOYEE_IMPORT),
            )
        ):
            MENU.register(MenuItem(code, label, icon, url, permission, section="people", order=10 * (order + 1)))
