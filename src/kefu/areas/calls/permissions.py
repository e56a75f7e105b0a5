"""What may be done in the calls room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.permissions import Permission

VISIT_VIEW = "calls.visit:view"
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
    Permission(VISIT_DISPOSE, _("填写通话小结")),
    Permission(RECORDING_PLAY, _("播放录音")),
    Permission(SOURCE_VIEW, _("查看话务源"), scoped=False),
    Permission(SOURCE_MANAGE, _("管理话务源"), scoped=False),
    Permission(SOURCE_FEED, _("推送话务数据"), scoped=False),
    Permission(QUEUE_VIEW, _("查看队列")),
    Permission(QUEUE_MANAGE, _("管理队列"), scoped=False),
    Permission(DISPOSITION_MANAGE, _("管理通话小结"), scoped=False),
)
