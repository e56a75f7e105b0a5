"""Who may work through the checklist: whoever holds everything, and whom the centre names."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from kefu.kernel.permissions import PERMISSIONS, Permission

USE = "setup.checklist:use"


def register() -> None:
    """Declare the permission."""
    PERMISSIONS.register(Permission(USE, _("查看首次设置清单"), scoped=False))


ACTIONS = {
    "setup.link:issue": gettext_lazy("签发首次设置链接"),
    "setup.installation:claim": gettext_lazy("创建首位系统管理员"),
    "setup.checklist:close": gettext_lazy("收起首次设置清单"),
    "setup.checklist:open": gettext_lazy("重新打开首次设置清单"),
}
"""What the acts of set-up are called in the audit trail."""
