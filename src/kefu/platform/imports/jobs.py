"""The two background steps of an import."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kefu.platform.imports import processing
from kefu.platform.imports.models import Upload
from kefu.platform.jobs.context import JobContext
from kefu.platform.jobs.registry import job


@job("imports.check", title=_("检查导入文件"))
def check(ctx: JobContext, *, upload_id: int) -> dict[str, Any]:
    """Check every row of an upload."""
    return _linked(upload_id, processing.run_check(ctx, upload_id))


@job("imports.apply", title=_("导入文件"))
def apply(ctx: JobContext, *, upload_id: int) -> dict[str, Any]:
    """Write the good rows of an upload."""
    return _linked(upload_id, processing.run_apply(ctx, upload_id))


def _linked(upload_id: int, result: dict[str, int]) -> dict[str, Any]:
    uid = Upload.objects.values_list("uid", flat=True).get(pk=upload_id)
    return {**result, "url": reverse("imports:upload", args=[uid])}
