"""The files app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """Apps register their purposes in their own ``ready``."""

    name = "kefu.platform.files"
    label = "files"
    verbose_name = _("文件")

    def ready(self) -> None:
        """Say what is kept about people."""
        from kefu.platform.files import personal

        personal.register()
