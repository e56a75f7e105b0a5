"""The pages of the staff code, of team charters and honours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kefu.areas.people import permissions, queries, services
from kefu.areas.people.choices import CodeState
from kefu.areas.people.models import StaffCode, TeamHonour
from kefu.areas.people.web import conduct_forms as forms
from kefu.areas.people.web.act import act, unit_of
from kefu.areas.people.web.post_tables import SignerTable
from kefu.areas.people.web.prose import as_html
from kefu.kernel.errors import NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import has_permission, scope_for
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import table_page

ACTIVE = "people.code"


@requires(permissions.CODE_READ)
def code(request: HttpRequest) -> HttpResponse:
    """The staff code in force, to read, print and sign."""
    return _code_page(request, queries.code_in_force())


@requires(permissions.CODE_READ)
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One version; drafts only for those who write them."""
    found = StaffCode.objects.filter(version=number).first()
    may_manage = scope_for(actor_of(request), permissions.CODE_MANAGE).everything
    if found is None or (found.state == CodeState.DRAFT and not may_manage):
        raise NotFound(_("没有这个版本，或者您无权查看。"))
    return _code_page(request, found)


def _code_page(request: HttpRequest, found: StaffCode | None) -> HttpResponse:
    actor = actor_of(request)
    employee = queries.employee_of_user(actor.user_id) if actor.user_id else None
    may_follow = has_permission(actor, permissions.CODE_FOLLOW)
    context = {
        "active": ACTIVE,
        "title": _("员工守则"),
        "code": found,
        "state": CodeState(found.state) if found else None,
        "body": as_html(found.body) if found else "",
        "signature": queries.signature_of(found, actor.user_id) if found else None,
        "may_sign": found is not None and found.state == CodeState.PUBLISHED and employee is not None,
        "may_manage": scope_for(actor, permissions.CODE_MANAGE).everything,
        "may_follow": may_follow,
        "versions": StaffCode.objects.exclude(state=CodeState.DRAFT)[:20],
        "drafts": StaffCode.objects.filter(state=CodeState.DRAFT),
    }
    return render(request, "people/code.html", context)


@requires(permissions.CODE_READ)
@require_POST
def sign(request: HttpRequest, number: int) -> HttpResponse:
    """The viewer signs what they were shown."""
    found = StaffCode.objects.filter(version=number).first()
    if found is None:
        raise NotFound(_("没有这个版本。"))
    services.sign_code(actor=actor_of(request), code=found, digest=request.POST.get("digest", ""))
    return redirect_or_hx(request, reverse("people:code"), text=_("已签署员工守则"))


@requires(permissions.CODE_MANAGE)
def write(request: HttpRequest, number: int = 0) -> HttpResponse:
    """A new draft, or other words in one. A new draft begins with the words in force."""
    found = StaffCode.objects.filter(version=number).first() if number else None
    if number and found is None:
        raise NotFound(_("没有这个版本。"))
    return act(
        request,
        forms.CodeForm(found or queries.code_in_force(), request.POST or None),
        lambda data: services.write_code(actor=actor_of(request), code=found, **data),
        active=ACTIVE,
        title=_("修改第 %(version)d 版草稿") % {"version": number} if found else _("新建守则版本"),
        button=_("保存草稿"),
        back=reverse("people:code"),
        done=_("已保存草稿"),
        to=lambda made: reverse("people:code_version", args=[made.version]),
    )


@requires(permissions.CODE_MANAGE)
@require_POST
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """Put a draft in force."""
    found = StaffCode.objects.filter(version=number).first()
    if found is None:
        raise NotFound(_("没有这个版本。"))
    services.publish_code(actor=actor_of(request), code=found)
    return redirect_or_hx(request, reverse("people:code"), text=_("已发布员工守则"))


@requires(permissions.CODE_FOLLOW)
def signers(request: HttpRequest) -> HttpResponseBase:
    """Who has signed, and who has not."""
    found = queries.code_in_force()
    if found is None:
        return redirect_or_hx(request, reverse("people:code"))
    context = {"active": ACTIVE, "title": _("守则签署"), "code": found}
    return table_page(request, SignerTable(request, code=found), "people/code_signers.html", context)


@requires(permissions.CODE_FOLLOW)
@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Ask all those who have not signed, among whom the viewer follows."""
    actor, found = actor_of(request), queries.code_in_force()
    if found is None:
        raise NotFound(_("还没有发布员工守则。"))
    waiting = queries.signers(actor, found).filter(has_signed=False)
    if actor.user_id is not None:
        waiting = waiting.exclude(user_id=actor.user_id)
    told = services.remind_unsigned(actor=actor, employees=waiting, code=found)
    text = ngettext("已提醒 %(count)d 人", "已提醒 %(count)d 人", told) % {"count": told}
    return redirect_or_hx(request, reverse("people:code_signers"), text=text)


@requires(permissions.CHARTER_MANAGE)
def charter(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version of a team's charter."""
    unit = unit_of(request, pk)
    url = reverse("people:unit", args=[pk])
    return act(
        request,
        forms.CharterForm(queries.charter_of(unit), request.POST or None),
        lambda data: services.write_charter(actor=actor_of(request), unit=unit, **data),
        active="people.units",
        title=_("“%(name)s”的团队章程") % {"name": unit.name},
        button=_("保存章程"),
        back=url,
        done=_("已保存章程"),
        to=url,
    )


@requires(permissions.CHARTER_MANAGE)
def honour(request: HttpRequest, pk: int) -> HttpResponse:
    """Something the team was honoured for."""
    unit = unit_of(request, pk)
    url = reverse("people:unit", args=[pk])
    return act(
        request,
        forms.HonourForm(request.POST or None),
        lambda data: services.add_honour(actor=actor_of(request), unit=unit, **data),
        active="people.units",
        title=_("为“%(name)s”登记荣誉") % {"name": unit.name},
        button=_("登记荣誉"),
        back=url,
        done=_("已登记荣誉"),
        to=url,
    )


@requires(permissions.CHARTER_MANAGE)
@require_POST
def honour_remove(request: HttpRequest, pk: int, honour_id: int) -> HttpResponse:
    """Take an honour off the page."""
    found = TeamHonour.objects.filter(pk=honour_id, unit=unit_of(request, pk)).first()
    if found is None:
        raise NotFound(_("没有这项荣誉。"))
    services.remove_honour(actor=actor_of(request), honour=found)
    return redirect_or_hx(request, reverse("people:unit", args=[pk]), text=_("已移除荣誉"))
