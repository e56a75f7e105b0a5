"""The steps that belong to no room: the backup."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.platform.webui.checklist import STEPS, Standing, Step
from kefu.site.backups import journal
from kefu.site.setup import permissions

OLD = timedelta(days=7)


def _backup(viewer: Actor) -> Standing:
    last = journal.last_backup(Path(settings.HOME))
    if last is None:
        return Standing(missing=(_("这台服务器上还没有做过备份：运行 kefu backup，并设为每天的计划任务。"),))
    when = formats.date_format(timezone.localtime(last), "Y-m-d H:i")
    if clock.now() - last > OLD:
        return Standing(missing=(_("最近一次备份是 %(when)s，已超过七天。") % {"when": when},))
    return Standing(_("最近一次备份：%(when)s") % {"when": when})


def register() -> None:
    """Put the step on the checklist."""
    STEPS.register(
        Step(
            "setup.backup",
            gettext_lazy("备份"),
            gettext_lazy("备份包含数据库、上传的文件和密钥。在服务器上运行 kefu backup，并把备份放到另一台机器。"),
            "archive",
            900,
            permissions.USE,
            _backup,
            is_optional=True,
        )
    )
