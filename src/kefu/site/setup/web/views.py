"""The claim page and the checklist."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotFound
from kefu.platform.access import guard
from kefu.platform.access import services as access
from kefu.platform.access.guard import actor_of
from kefu.platform.webui.checklist import STEPS, show, steps_for
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.viewer import may
from kefu.site.setup import permissions, queries, services
from kefu.site.setup.web.forms import ClaimForm


@guard.public("A new installation has no account yet; the one-time code from the terminal is asked for")
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("code", "password", "again")
@guard.limited("setup.claim", limit=30, per_seconds=600)
def claim(request: HttpRequest) -> HttpResponse:
    """Create the first administrator with the code from the terminal, and sign in."""
    if queries.is_claimed():
        return HttpResponseRedirect(reverse("access:sign_in"))
    form = ClaimForm(request.POST or None, initial={"code": request.GET.get("code", "")})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            ip = actor_of(request).ip
            try:
                services.claim(
                    code=data["code"], username=data["username"], display_name=data["display_name"],
                    password=data["password"], ip=ip,
                )  # fmt: skip
            except InvalidInput as error:
                form.add_domain_error(error)
            except Denied as error:
                form.add_error("code", error.message)
                status = error.status
            except Conflict as error:
                form.add_error(None, error.message)
                status = error.status
            else:
                access.sign_in(request=request, username=data["username"], password=data["password"], ip=ip)
                return HttpResponseRedirect(reverse("setup:checklist"))
    return render(request, "setup/claim.html", {"form": form, "title": _("创建系统管理员")}, status=status)


@guard.requires(permissions.USE)
@require_GET
def checklist(request: HttpRequest) -> HttpResponse:
    """Every step with its state; htmx asks again for one that waits."""
    actor = actor_of(request)
    shown = steps_for(actor)
    needed = [each for each in shown if not each.step.is_optional]
    is_open = queries.is_checklist_open()
    given = {
        "title": _("开始使用"),
        "active": "setup.checklist" if is_open else "setup.again",
        "steps": shown,
        "done": sum(each.standing.is_done for each in needed),
        "total": len(needed),
        "is_complete": all(each.standing.is_done for each in needed),
        "next": next((each for each in needed if each.state == "missing"), None),
        "is_open": is_open,
    }
    return render(request, "setup/checklist.html", given)


@guard.requires(permissions.USE)
@require_GET
def step(request: HttpRequest, code: str) -> HttpResponse:
    """One step's card, as it stands now."""
    actor = actor_of(request)
    found = STEPS.find(code)
    if found is None or not may(actor, found.permission):
        raise NotFound(_("没有这个步骤。"))
    return render(request, "setup/_step.html", {"each": show(found, actor)})


@guard.requires(permissions.USE)
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Take the checklist out of the menu."""
    services.close_checklist(actor=actor_of(request))
    return redirect_or_hx(request, reverse("setup:checklist"), text=_("已收起清单，之后可从“系统 › 首次设置”重新打开"))


@guard.requires(permissions.USE)
@require_POST
def reopen(request: HttpRequest) -> HttpResponse:
    """Put the checklist back into the menu."""
    services.open_checklist(actor=actor_of(request))
    return redirect_or_hx(request, reverse("setup:checklist"), text=_("清单已回到菜单"))
