"""What the pages of this room register at start-up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kefu.areas.calls import permissions
from kefu.areas.calls.web.players import may_hear
from kefu.platform.files.registry import purpose
from kefu.platform.webui.menu import MENU, SECTIONS, MenuItem, MenuSection

AUDIO = ("audio/wav", "audio/x-wav", "audio/mpeg", "audio/ogg", "audio/mp4", "audio/flac", "audio/webm")
UPLOADS = ("text/plain", "text/plain; charset=utf-16", "text/csv", "application/gzip", "application/zip", "application/json",
           "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")  # fmt: skip


def register() -> None:
    """Menu and the files that are kept."""
    SECTIONS.register(MenuSection("calls", _("话务"), "phone", 20))
    for order, (code, label, icon, permission, key) in enumerate(
        (
            ("visits", _("通话记录"), "phone-incoming", permissions.VISIT_VIEW, "c"),
            ("sources", pgettext_lazy("多个", "话务源"), "server", permissions.SOURCE_VIEW, ""),
            ("queues", pgettext_lazy("多个", "技能队列"), "list-checks", permissions.QUEUE_VIEW, ""),
            ("dispositions", _("小结代码"), "tag", permissions.DISPOSITION_MANAGE, ""),
        )
    ):
        MENU.register(
            MenuItem(
                f"calls.{code}",
                label,
                icon,
                f"calls:{code}",
                permission,
                section="calls",
                order=10 * (order + 1),
                mobile=code == "visits",
                key=key,
            )
        )
    purpose(
        "calls.recording", permissions.RECORDING_PLAY, AUDIO, 500 * 2**20, logs_access=True, may_read=may_hear
    )  # fmt: skip
    purpose("calls.upload", permissions.SOURCE_MANAGE, UPLOADS, 2 * 2**30, keep_days=30)
