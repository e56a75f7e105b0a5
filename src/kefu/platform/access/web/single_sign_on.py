"""Single sign-on: going to the provider, coming back, linking; and the providers of the centre."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kefu.kernel.errors import InvalidInput, KefuError
from kefu.platform.access import guard, permissions
from kefu.platform.access.models import ExternalIdentity, IdentityProvider
from kefu.platform.access.services import single_sign_on
from kefu.platform.access.web.paths import leave_for, safe_next, safe_path
from kefu.platform.access.web.provider_forms import ProviderForm
from kefu.platform.webui.responses import redirect_or_hx


@guard.public("Leads whoever is not signed in to a provider of the centre")
@require_GET
@never_cache
@guard.limited("access.oidc", limit=60, per_seconds=600)
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Go to the provider."""
    return _go(request, code, next_path=safe_next(request), link=False)


@guard.signed_in
@require_POST
def link(request: HttpRequest, code: str) -> HttpResponse:
    """Go to the provider to tie an identity there to one's own account."""
    return _go(request, code, next_path=reverse("access:account"), link=True)


@guard.public("Comes back from a provider; believes nothing that does not fit the attempt in this session")
@require_GET
@never_cache
@guard.limited("access.oidc_back", limit=60, per_seconds=600)
def back(request: HttpRequest, code: str) -> HttpResponse:
    """Come back from the provider."""
    provider = get_object_or_404(IdentityProvider, code=code, is_active=True)
    answer = {key: value for key in ("state", "code", "error", "iss") if (value := request.GET.get(key))}
    actor = guard.actor_of(request)
    try:
        path = single_sign_on.finish(request=request, provider=provider, answer=answer, ip=actor.ip)
    except KefuError as error:
        messages.error(request, str(error.message))
        if actor.is_signed_in:
            return HttpResponseRedirect(reverse("access:account"))
        given = {"message": error.message, "provider": provider, "sign_in": reverse("access:sign_in")}
        return render(request, "access/single_sign_on_failed.html", given, status=error.status)
    return HttpResponseRedirect(safe_path(request, path))


@guard.signed_in
@require_POST
def unlink(request: HttpRequest, identity_id: int) -> HttpResponse:
    """Take a link of one's own away."""
    actor = guard.actor_of(request)
    identity = get_object_or_404(
        ExternalIdentity.objects.select_related("user", "provider"), pk=identity_id, user_id=actor.user_id
    )
    single_sign_on.unlink(actor=actor, identity=identity)
    return redirect_or_hx(request, reverse("access:account"), text=_("已解除关联"))


@guard.requires(permissions.PROVIDER_MANAGE)
@require_GET
def providers(request: HttpRequest) -> HttpResponse:
    """The providers of the centre."""
    given = {
        "providers": IdentityProvider.objects.all(),
        "title": _("单点登录"),
        "active": "access.providers",
    }
    return render(request, "access/providers.html", given)


@guard.requires(permissions.PROVIDER_MANAGE)
@require_http_methods(["GET", "POST"])
def provider(request: HttpRequest, provider_id: int | None = None) -> HttpResponse:
    """Add or change a provider."""
    shown = get_object_or_404(IdentityProvider, pk=provider_id) if provider_id else None
    form = ProviderForm(request.POST or None, provider=shown)
    if request.method == "POST" and form.is_valid():
        try:
            single_sign_on.save_provider(
                actor=guard.actor_of(request), provider=shown, values=form.values(), secret=form.secret()
            )
        except InvalidInput as error:
            form.add_domain_error(error)
        except KefuError as error:
            form.add_error(None, error.message)
        else:
            return redirect_or_hx(request, reverse("access:providers"), text=_("已保存身份提供方"))
    given = {
        "form": form,
        "shown": shown,
        "redirect_uri": _redirect_uri(request, shown.code) if shown else "",
        "title": shown.name if shown else _("添加身份提供方"),
        "active": "access.providers",
    }
    return render(request, "access/provider.html", given, status=422 if form.errors else 200)


def _go(request: HttpRequest, code: str, *, next_path: str, link: bool) -> HttpResponse:
    provider = get_object_or_404(IdentityProvider, code=code, is_active=True)
    url = single_sign_on.begin(
        request=request,
        provider=provider,
        redirect_uri=_redirect_uri(request, provider.code),
        next_path=next_path,
        link=link,
    )
    return leave_for(request, url) if link else HttpResponseRedirect(url)


def _redirect_uri(request: HttpRequest, code: str) -> str:
    return request.build_absolute_uri(reverse("access:oidc_back", args=[code]))


def sign_in_choices(request: HttpRequest) -> list[tuple[str, str]]:
    """The providers on the sign-in page: name and address."""
    query = urlencode({"next": safe_next(request)})
    rows = IdentityProvider.objects.filter(is_active=True)
    return [(row.name, f"{reverse('access:oidc', args=[row.code])}?{query}") for row in rows]
