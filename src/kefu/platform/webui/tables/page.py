"""The view behind a list page: whole page, htmx region, or export."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from kefu.kernel.errors import Denied, InvalidInput
from kefu.platform.webui.responses import is_fragment
from kefu.platform.webui.tables import drawing
from kefu.platform.webui.tables.table import Table

EXPORTS = (("xlsx", "Excel (xlsx)", "file-spreadsheet"), ("csv", "CSV", "file-text"))


def table_page(
    request: HttpRequest,
    table: Table,
    template: str = "webui/table_page.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponseBase:
    """The page of ``table``, its region alone for htmx, or its export; 422 with a message for a faulty address."""
    wanted = request.GET.get("export", "")
    if wanted:
        return _export(request, table, wanted)
    status = 422 if table.has_faults else 200
    page = table.page
    if table.problem:
        status = 422
    bulk = table.bulk_actions()
    given = {
        "table": table,
        "headings": drawing.headings(table),
        "lines": drawing.lines(table, pick=bool(bulk)),
        "chips": drawing.chips(table),
        "page": page,
        "bulk": bulk,
        "exports": EXPORTS if table.can_export and exports_installed() else (),
        "kept": _kept(table),
        "region_label": table.caption or (context or {}).get("title", ""),
        **(context or {}),
    }
    if is_fragment(request) and request.headers.get("HX-Target") == table.element_id:
        return render(request, "webui/table.html", given, status=status)
    return render(request, template, given, status=status)


def exports_installed() -> bool:
    """Whether the app that writes export files is there."""
    return apps.is_installed("kefu.platform.imports") and find_spec("kefu.platform.imports.export") is not None


def _kept(table: Table) -> list[tuple[str, str]]:
    """Parameters that the filter form must carry along: view and order."""
    return [(name, table.request.GET[name]) for name in ("view", "sort") if table.request.GET.get(name)]


def _export(request: HttpRequest, table: Table, wanted: str) -> HttpResponse:
    if wanted not in {code for code, _label, _icon in EXPORTS}:
        raise InvalidInput(_("只能导出为 xlsx 或 csv"), field="export")
    if not table.can_export:
        raise Denied(_("您没有导出这张表的权限；如工作需要，请让管理员开通。"))
    if table.has_faults:
        raise InvalidInput(table.problem or _("筛选条件有误，请改正后再导出"), field="export")
    from kefu.platform.imports import export

    response: HttpResponse = export.export_response(request, table)
    return response
