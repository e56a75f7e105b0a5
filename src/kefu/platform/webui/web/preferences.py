"""The language switch (theme and density need no request: the script writes their cookies)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from kefu.platform.access import services
from kefu.platform.access.guard import public
from kefu.platform.webui.viewer import actor_of


@public("the language can be chosen before signing in; nothing is read")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language (in a cookie, and in the account of whoever is signed in) and go back to the page."""
    back = request.POST.get("next", "/")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = HttpResponseRedirect(back)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        actor = actor_of(request)
        if actor.is_signed_in:
            services.set_preferences(actor=actor, language=chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=365 * 86400, samesite="Lax", secure=request.is_secure()
        )
    return response
