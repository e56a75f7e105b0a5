"""The pages of rewards and penalties, and of what concerns oneself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.areas.people import permissions, queries, services
from kefu.areas.people.choices import MeritState
from kefu.areas.people.models import Merit
from kefu.areas.people.web import conduct_forms as forms
from kefu.areas.people.web.act import act
from kefu.areas.people.web.post_tables import MeritTable
from kefu.kernel.errors import NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import has_permission, scope_for
from kefu.platform.access.services.tree import today
from kefu.platform.webui.tables import table_page

ACTIVE = "people.merits"


def _merit(request: HttpRequest, number: str) -> Merit:
    found = queries.merits(actor_of(request)).filter(number=number).first()
    if found is None:
        raise NotFound(_("没有这条奖惩记录，或者您无权查看。"))
    return found


@requires(permissions.MERIT_VIEW)
def merits(request: HttpRequest) -> HttpResponseBase:
    """The ledger."""
    context = {
        "active": ACTIVE,
        "title": _("奖惩"),
        "may_record": has_permission(actor_of(request), permissions.MERIT_RECORD),
    }
    return table_page(request, MeritTable(request), "people/merits.html", context)


@requires(permissions.MERIT_VIEW)
def merit(request: HttpRequest, number: str) -> HttpResponse:
    """One entry with its evidence, appeal and decision."""
    found, actor = _merit(request, number), actor_of(request)
    appeal = getattr(found, "appeal", None)
    is_own = actor.user_id is not None and found.employee.user_id == actor.user_id
    is_party = is_own or (actor.user_id is not None and actor.user_id == found.recorded_by_id)
    context = {
        "active": ACTIVE,
        "title": found.number,
        "merit": found,
        "state": MeritState(found.state),
        "appeal": appeal,
        "evidence": found.evidence.select_related("file"),
        "may_appeal": is_own and found.state == MeritState.STANDING,
        "may_decide": not is_party
        and found.state == MeritState.APPEALED
        and scope_for(actor, permissions.MERIT_DECIDE).covers_node(found.employee.unit_id),
    }
    return render(request, "people/merit.html", context)


@requires(permissions.MERIT_RECORD)
def record(request: HttpRequest) -> HttpResponse:
    """Enter a reward, a penalty or praise."""
    actor = actor_of(request)
    initial = {"employee": request.GET.get("employee", ""), "kind": request.GET.get("kind", "reward")}
    return act(
        request,
        forms.MeritForm(actor, request.POST or None, request.FILES or None, initial=initial),
        lambda data: services.record_merit(
            actor=actor, **{**data, "amount": data["amount"] or 0, "points": data["points"] or 0}
        ),
        active=ACTIVE,
        title=_("登记奖惩"),
        button=_("登记奖惩"),
        back=reverse("people:merits"),
        done=_("已登记奖惩"),
        to=lambda made: reverse("people:merit", args=[made.number]),
    )


@requires(permissions.MERIT_VIEW)
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    """The person concerned objects."""
    found = _merit(request, number)
    url = reverse("people:merit", args=[number])
    return act(
        request,
        forms.AppealForm(request.POST or None),
        lambda data: services.appeal_merit(actor=actor_of(request), merit=found, **data),
        active=ACTIVE,
        title=_("对“%(title)s”申诉") % {"title": found.title},
        button=_("提交申诉"),
        back=url,
        done=_("已提交申诉"),
        to=url,
    )


@requires(permissions.MERIT_DECIDE)
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody without a part in the entry decides the appeal."""
    found = _merit(request, number)
    url = reverse("people:merit", args=[number])
    return act(
        request,
        forms.DecideForm(request.POST or None, initial={"amount": abs(found.amount), "points": abs(found.points)}),
        lambda data: services.decide_appeal(actor=actor_of(request), merit=found, **data),
        active=ACTIVE,
        title=_("处理申诉 %(number)s") % {"number": number},
        button=_("保存处理结果"),
        back=url,
        done=_("已处理申诉"),
        to=url,
    )


@requires(permissions.CODE_READ)
def mine(request: HttpRequest) -> HttpResponse:
    """What concerns the viewer: post, skills, rewards, the staff code."""
    actor = actor_of(request)
    employee = queries.employee_of_user(actor.user_id) if actor.user_id else None
    if employee is None:
        return render(request, "people/mine.html", {"active": "people.mine", "title": _("我的"), "employee": None})
    code = queries.code_in_force()
    context = {
        "active": "people.mine",
        "title": _("我的"),
        "employee": employee,
        "post": employee.post,
        "certificates": queries.certificates_of(employee, today())[:30],
        "gaps": queries.skill_gaps(employee, today()),
        "merits": Merit.objects.filter(employee=employee)[:20],
        "sums": queries.merit_sums([employee.pk]).get(employee.pk, queries.MeritSums()),
        "code": code,
        "signature": queries.signature_of(code, actor.user_id) if code else None,
        "leader": queries.leader_on(employee.unit_id, today()),
    }
    return render(request, "people/mine.html", context)
