"""The imports app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    """Registers what uploads are kept for and how many rows an export may have; rooms register their kinds."""

    name = "kefu.platform.imports"
    label = "imports"
    verbose_name = _("导入与导出")

    def ready(self) -> None:
        from kefu.kernel.permissions import PERMISSIONS
        from kefu.platform.files import rules
        from kefu.platform.files.registry import purpose
        from kefu.platform.imports import permissions, personal
        from kefu.platform.imports.export import ROW_LIMIT
        from kefu.platform.imports.rights import may_read_upload
        from kefu.platform.imports.services import PURPOSE
        from kefu.platform.params.choices import ParamType
        from kefu.platform.params.registry import PARAMS, Param

        PERMISSIONS.register_all(permissions.ALL)
        purpose(
            PURPOSE,
            permissions.VIEW_ALL,
            (rules.TEXT, rules.UTF16, rules.XLSX, rules.DOCX, rules.ZIP, rules.UNKNOWN, "application/x-ole-storage"),
            100 * 2**20,
            may_read=may_read_upload,
        )
        PARAMS.register(
            Param(
                ROW_LIMIT,
                _("一次导出的最多行数"),
                ParamType.INT,
                50_000,
                help=_("超过时请使用者缩小筛选范围，而不是悄悄截断。"),
                minimum=100,
                maximum=500_000,
                unit=_("行"),
            )
        )
        personal.register()
