"""Delegations: one's own in the account menu, those of one's people under *system*."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kefu.kernel import clock
from kefu.kernel.errors import Denied, InvalidInput, KefuError
from kefu.platform.access import guard, permissions, queries, services
from kefu.platform.access.models import User
from kefu.platform.access.web.delegation_forms import DelegationForm, ManagedDelegationForm
from kefu.platform.access.web.delegation_tables import DelegationTable
from kefu.platform.webui.responses import local_referer, redirect_or_hx
from kefu.platform.webui.tables import table_page


@guard.signed_in
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """Who stands in for me, for whom I stand in, and a new delegation of my own."""
    actor = guard.actor_of(request)
    user = User.objects.get(pk=actor.user_id)
    form = DelegationForm(request.POST or None, viewer=actor)
    if request.method == "POST" and form.is_valid() and _write(request, form, principal=user):
        return redirect_or_hx(request, reverse("access:delegations"), text=_("已设置代理"))
    now = clock.now()
    rows = queries.delegations_visible_to(actor)
    given = {
        "form": form,
        "given": [(d, d.state_at(now)) for d in rows.filter(principal=user)[:50]],
        "held": [(d, d.state_at(now)) for d in rows.filter(deputy=user)[:50]],
        "title": _("我的代理"),
    }
    return render(request, "access/delegations.html", given, status=422 if form.errors else 200)


@guard.requires(permissions.DELEGATION_MANAGE)
@require_GET
def all_of_them(request: HttpRequest) -> HttpResponseBase:
    """The delegations of those for whom one may set them."""
    return table_page(
        request,
        DelegationTable(request),
        "access/all_delegations.html",
        {"title": _("代理"), "active": "access.delegations"},
    )


@guard.requires(permissions.DELEGATION_MANAGE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Set a delegation for somebody else."""
    form = ManagedDelegationForm(request.POST or None, viewer=guard.actor_of(request))
    if request.method == "POST" and form.is_valid() and _write(request, form, principal=form.cleaned_data["principal"]):
        return redirect_or_hx(request, reverse("access:all_delegations"), text=_("已设置代理"))
    given = {"form": form, "title": _("设置代理"), "active": "access.delegations"}
    return render(request, "access/delegation_new.html", given, status=422 if form.errors else 200)


@guard.signed_in
@require_POST
def end(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """End one early."""
    actor = guard.actor_of(request)
    delegation = get_object_or_404(queries.delegations_visible_to(actor), pk=delegation_id)
    services.end_delegation(actor=actor, delegation=delegation)
    return redirect_or_hx(request, local_referer(request, reverse("access:delegations")), text=_("代理已结束"))


def _write(request: HttpRequest, form: DelegationForm, *, principal: User) -> bool:
    """Set it as the form says; what is refused is said in the form."""
    data = form.cleaned_data
    try:
        services.delegate(
            actor=guard.actor_of(request),
            principal=principal,
            deputy=data["deputy"],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            reason=data["reason"],
        )
    except InvalidInput as error:
        form.add_domain_error(error)
    except Denied as error:
        form.add_error("principal" if "principal" in form.fields else None, error.message)
    except KefuError as error:
        form.add_error(None, error.message)
    else:
        return True
    return False
