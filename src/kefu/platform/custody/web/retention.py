"""What would go tonight, and what went."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kefu.kernel import clock
from kefu.platform.access import queries as access
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.custody import permissions, services
from kefu.platform.custody.web.tables import RunTable
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import table_page


@requires(permissions.REGISTRY_VIEW)
@require_safe
def retention(request: HttpRequest) -> HttpResponseBase:
    """The dry run above, the rounds below."""
    given = {
        "title": _("到期清理"),
        "active": "privacy.retention",
        "outlooks": services.would_go(clock.now()),
        "may_run": access.has_permission(actor_of(request), permissions.RETENTION_RUN),
    }
    return table_page(request, RunTable(request), "custody/retention.html", given)


@requires(permissions.RETENTION_RUN)
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Do not wait for the night."""
    services.start_retention(actor=actor_of(request))
    return redirect_or_hx(request, reverse("custody:retention"), text=_("已开始清理"))
