"""Who may look after other people's imports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.permissions import Permission

VIEW_ALL = "imports.upload:view_all"

ALL = (Permission(VIEW_ALL, _("查看所有人的导入记录"), scoped=False),)  # type: ignore[arg-type]
