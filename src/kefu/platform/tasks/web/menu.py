"""The pages in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.tasks import permissions
from kefu.platform.webui.menu import MENU, SECTIONS, MenuItem, MenuSection


def register() -> None:
    """One's own tasks first, then those of the team."""
    SECTIONS.register(MenuSection("tasks", _("任务"), "square-check", 15))
    MENU.register(
        MenuItem(
            "tasks.mine",
            _("我的任务"),
            "square-check",
            "tasks:mine",
            permissions.VIEW,
            section="tasks",
            order=10,
            key="t",
        )
    )
    MENU.register(
        MenuItem(
            "tasks.team",
            _("团队任务"),
            "list-checks",
            "tasks:team",
            (permissions.STEER, permissions.VERIFY),
            section="tasks",
            order=20,
        )
    )
