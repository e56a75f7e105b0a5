"""Who may look after events that were not delivered."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.permissions import Permission

MANAGE = "outbox.delivery:manage"

ALL = (Permission(MANAGE, _("查看、重试、放弃失败的事件投递"), scoped=False),)  # type: ignore[arg-type]
