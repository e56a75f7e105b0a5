"""What may be done in the calls room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from kefu.kernel.permissions import PERMISSIONS as REGISTRY
from kefu.kernel.permissions import Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

VISIT_VIEW = "calls.visit:view"
VISIT_EXPORT = "calls.visit:export"
VISIT_DISPOSE = "calls.visit:dispose"
RECORDING_PLAY = "calls.recording:play"
SOURCE_VIEW = "calls.source:view"
SOURCE_MANAGE = "calls.source:manage"
SOURCE_FEED = "calls.source:feed"
QUEUE_VIEW = "calls.queue:view"
QUEUE_MANAGE = "calls.queue:manage"
DISPOSITION_MANAGE = "calls.disposition:manage"

PERMISSIONS = (
    Permission(VISIT_VIEW, _("查看通话记录")),
    Permission(VISIT_EXPORT, _("导出通话记录")),
    Permission(VISIT_DISPOSE, _("填写通话小结")),
    Permission(RECORDING_PLAY, _("播放录音")),
    Permission(SOURCE_VIEW, _("查看话务源"), scoped=False),
    Permission(SOURCE_MANAGE, _("管理话务源"), scoped=False),
    Permission(SOURCE_FEED, _("推送话务数据"), scoped=False),
    Permission(QUEUE_VIEW, _("查看队列")),
    Permission(QUEUE_MANAGE, _("管理队列"), scoped=False),
    Permission(DISPOSITION_MANAGE, _("管理通话小结"), scoped=False),
)


def register() -> None:
    """Declare the permissions and who holds them from the start."""
    REGISTRY.register_all(PERMISSIONS)
    default_grants("agent", dict.fromkeys((VISIT_VIEW, VISIT_DISPOSE), ScopeLevel.OWN))
    listen = (VISIT_VIEW, RECORDING_PLAY, QUEUE_VIEW)
    default_grants("leader", dict.fromkeys((*listen, VISIT_DISPOSE, VISIT_EXPORT), ScopeLevel.UNIT))
    default_grants("quality", dict.fromkeys(listen, ScopeLevel.SITE))
    default_grants("planner", dict.fromkeys((VISIT_VIEW, QUEUE_VIEW), ScopeLevel.SITE))
    default_grants("shift_manager", dict.fromkeys((*listen, VISIT_DISPOSE, VISIT_EXPORT), ScopeLevel.SITE))
    default_grants("shift_manager", {SOURCE_VIEW: ScopeLevel.ALL})
    default_grants("analyst", dict.fromkeys((VISIT_VIEW, VISIT_EXPORT, QUEUE_VIEW, SOURCE_VIEW), ScopeLevel.ALL))
    default_grants("auditor", dict.fromkeys((VISIT_VIEW, QUEUE_VIEW, SOURCE_VIEW), ScopeLevel.ALL))
    manage = (SOURCE_VIEW, SOURCE_MANAGE, QUEUE_MANAGE, DISPOSITION_MANAGE)
    default_grants("manager", dict.fromkeys((*listen, VISIT_DISPOSE, VISIT_EXPORT, *manage), ScopeLevel.ALL))


ACTIONS = {
    "calls.source:create": gettext_lazy("新建话务源"),
    "calls.source:change": gettext_lazy("修改话务源"),
    "calls.source:rotate_secret": gettext_lazy("更换话务源密钥"),
    "calls.queue:create": gettext_lazy("新建队列"),
    "calls.queue:change": gettext_lazy("修改队列"),
    "calls.queuealias:change": gettext_lazy("修改队列别名"),
    "calls.agentalias:change": gettext_lazy("修改坐席别名"),
    "calls.disposition:create": gettext_lazy("新建小结代码"),
    "calls.disposition:change": gettext_lazy("修改小结代码"),
    "calls.visit:dispose": gettext_lazy("填写通话小结"),
    "calls.recording:attach": gettext_lazy("关联录音"),
    "calls.visits:export": gettext_lazy("导出通话记录"),
}
"""What the acts of this room are called in the audit trail."""
