"""The lists: waiting for me, mine, all; several approved at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kefu.platform.access.guard import actor_of, signed_in
from kefu.platform.approvals import services
from kefu.platform.approvals.web.tables import MineTable, RequestTable, WaitingTable
from kefu.platform.webui.responses import local_referer, redirect_or_hx
from kefu.platform.webui.tables import table_page


@require_safe
@signed_in
def waiting(request: HttpRequest) -> HttpResponseBase:
    """What waits for the viewer."""
    context = {"active": "approvals.waiting", "title": _("待我审批")}
    return table_page(request, WaitingTable(request), "approvals/waiting.html", context)


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponseBase:
    """What the viewer asked for."""
    context = {"active": "approvals.mine", "title": _("我发起的")}
    return table_page(request, MineTable(request), "approvals/mine.html", context)


@require_safe
@signed_in
def requests(request: HttpRequest) -> HttpResponseBase:
    """All that the viewer takes part in or may see."""
    return table_page(request, RequestTable(request), context={"active": "approvals.requests", "title": _("申请记录")})


@require_POST
@signed_in
def approve_many(request: HttpRequest) -> HttpResponse:
    """Approve the ticked ones; what could not be approved is named with its reason."""
    steps = [int(pk) for pk in request.POST.getlist("id") if pk.isdecimal() and len(pk) < 19]
    results = services.approve_many(actor=actor_of(request), steps=steps)
    refused = [result for result in results if result.error]
    text = _("已批准 %(n)s 个申请") % {"n": len(results) - len(refused)}
    if refused:
        text += "；" + "；".join(f"{result.number}：{result.error}" for result in refused[:3])
    tone = "bad" if refused and len(refused) == len(results) else "ok"
    return redirect_or_hx(request, local_referer(request, reverse("approvals:waiting")), text=text, tone=tone)
