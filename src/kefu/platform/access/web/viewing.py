"""Looking with somebody else's eyes, and being oneself again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kefu.kernel.errors import KefuError
from kefu.platform.access import guard, permissions, queries, services
from kefu.platform.access.middleware import VIEWING_KEY
from kefu.platform.webui.responses import redirect_or_hx


@guard.requires(permissions.USER_VIEW_AS)
@require_POST
def begin(request: HttpRequest, user_id: int) -> HttpResponse:
    """See the pages as that account sees them."""
    actor = guard.actor_of(request)
    shown = queries.user_visible_to(actor, user_id)
    try:
        made = services.begin_viewing(actor=actor, target=shown, reason=request.POST.get("reason", ""))
    except KefuError as error:
        if error.status == 403:
            raise
        return redirect_or_hx(request, reverse("access:user", args=[shown.pk]), text=str(error.message), tone="bad")
    request.session[VIEWING_KEY] = made.pk
    return redirect_or_hx(
        request, reverse("webui:home"), text=_("正在以 %(name)s 的身份查看") % {"name": shown.display_name}
    )


@guard.signed_in
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Be oneself again."""
    viewing = getattr(request, "viewing", None)
    request.session.pop(VIEWING_KEY, None)
    if viewing is None:
        return HttpResponseRedirect(reverse("webui:home"))
    services.end_viewing(viewing=viewing, actor=request.viewer)  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("access:user", args=[viewing.target_id]))
