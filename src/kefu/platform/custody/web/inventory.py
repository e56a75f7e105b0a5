"""The inventory of personal data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kefu.platform.access.guard import requires
from kefu.platform.custody import inventory, permissions
from kefu.platform.imports.export import file_response, to_xlsx


@requires(permissions.REGISTRY_VIEW)
@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """What, why, where, how long, how it goes; ``?export=xlsx`` as a workbook."""
    title = _("个人信息清单")
    if request.GET.get("export") == "xlsx":
        return file_response(to_xlsx(inventory.columns(), inventory.rows(), title=title), title, "xlsx")
    given = {"groups": inventory.grouped(), "title": title, "active": "privacy.registry"}
    return render(request, "custody/registry.html", given)
