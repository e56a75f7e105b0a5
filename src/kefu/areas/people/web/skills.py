"""The pages of skills: matrix, one person, certifying, what lapses, catalogue."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.areas.people import permissions, queries, services
from kefu.areas.people.choices import SkillCategory
from kefu.areas.people.models import Certificate, Employee, Skill
from kefu.areas.people.web import post_forms as forms
from kefu.areas.people.web.act import act, day_of, number_of
from kefu.areas.people.web.forms import unit_choices
from kefu.areas.people.web.post_tables import ExpiringTable, SkillTable
from kefu.kernel import auditing
from kefu.kernel.errors import NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import has_permission, scope_for
from kefu.platform.access.services.tree import today
from kefu.platform.files import services as files
from kefu.platform.imports.export import file_response, to_xlsx
from kefu.platform.webui.tables import table_page

MATRIX = "people.skills"
EXPORTED = 5000


@requires(permissions.SKILL_VIEW)
def matrix(request: HttpRequest) -> HttpResponse:
    """Team × skills on any day; ``?export=xlsx`` for the file."""
    actor, day, unit = actor_of(request), day_of(request), number_of(request, "unit")
    category = request.GET.get("category", "")
    units = unit_choices(actor)
    if unit is None and "unit" not in request.GET:
        unit = _first_team(units)
    skills = Skill.objects.filter(is_active=True)
    if category in SkillCategory.values:
        skills = skills.filter(category=category)
    is_file = request.GET.get("export") == "xlsx"
    found = queries.matrix(actor, unit, list(skills), day, EXPORTED if is_file else 60)
    if is_file:
        return _exported(request, found)
    context = {
        "active": MATRIX,
        "title": _("技能矩阵"),
        "matrix": found,
        "day": day,
        "soon": day + queries.SOON,
        "is_today": day == today(),
        "units": units,
        "unit": str(unit or ""),
        "category": category,
        "categories": SkillCategory.choices,
        "may_certify": has_permission(actor, permissions.SKILL_CERTIFY),
        "may_manage": scope_for(actor, permissions.SKILL_MANAGE).everything,
    }
    return render(request, "people/skills.html", context)


def _first_team(units: list[tuple[str, str]]) -> int | None:
    """The first unit without units below it; the names are indented by depth."""
    depths = [len(name) - len(name.lstrip("　")) for _pk, name in units]
    for place, (pk, _name) in enumerate(units):
        if place + 1 == len(units) or depths[place + 1] <= depths[place]:
            return int(pk)
    return None


def _exported(request: HttpRequest, found: queries.Matrix) -> HttpResponse:
    columns = [_("工号"), _("姓名"), _("单位"), *(skill.name for skill in found.skills)]
    rows = [
        (
            row.employee.number,
            row.employee.name,
            row.employee.unit.name,
            *(level.level if level else 0 for level in row.levels),
        )
        for row in found.rows
    ]
    auditing.record(
        actor=actor_of(request), action="people.skills:export", target="table:people.skills", after={"rows": len(rows)}
    )
    return file_response(to_xlsx(columns, rows, title=_("技能矩阵")), _("技能矩阵"), "xlsx")


def _person(request: HttpRequest, number: str) -> Employee:
    found = queries.people_with_skills(actor_of(request)).filter(number=number).first()
    if found is None:
        raise NotFound(_("没有这名员工，或者您无权查看。"))
    return found


@requires(permissions.SKILL_VIEW)
def person(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody's skills with their history, and what the post asks for."""
    employee, actor = _person(request, number), actor_of(request)
    may_certify = scope_for(actor, permissions.SKILL_CERTIFY).covers_node(employee.unit_id)
    context = {
        "active": MATRIX,
        "title": _("%(name)s的技能") % {"name": employee.name},
        "employee": employee,
        "certificates": queries.certificates_of(employee, today()),
        "gaps": queries.skill_gaps(employee, today()),
        "may_certify": may_certify and employee.user_id != actor.user_id,
    }
    return render(request, "people/skills_of.html", context)


@requires(permissions.SKILL_CERTIFY)
def certify(request: HttpRequest) -> HttpResponse:
    """Somebody proved a skill."""
    actor = actor_of(request)

    def do(data: Any) -> Certificate:
        upload = data["file"]
        stored = None
        if upload:
            services.check_certifier(actor=actor, employee=data["employee"])
            stored = files.store(actor=actor, stream=upload, name=upload.name, purpose=services.EVIDENCE)
        return services.certify(actor=actor, **{**data, "file": stored})

    number = request.GET.get("employee", "")
    return act(
        request,
        forms.CertifyForm(
            actor,
            request.POST or None,
            request.FILES or None,
            initial={"employee": number, "skill": request.GET.get("skill", "")},
        ),
        do,
        active=MATRIX,
        title=_("认证技能"),
        button=_("保存认证"),
        back=reverse("people:skills_of", args=[number]) if number else reverse("people:skills"),
        done=_("已保存认证"),
        to=lambda made: reverse("people:skills_of", args=[made.employee.number]),
    )


@requires(permissions.SKILL_CERTIFY)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a certificate."""
    found = Certificate.objects.select_related("employee", "skill").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("没有这项认证。"))
    employee = _person(request, found.employee.number)
    url = reverse("people:skills_of", args=[employee.number])
    return act(
        request,
        forms.ReasonForm(request.POST or None),
        lambda data: services.revoke_certificate(actor=actor_of(request), certificate=found, **data),
        active=MATRIX,
        title=_("撤销“%(name)s”的%(skill)s认证") % {"name": employee.name, "skill": found.skill.name},
        button=_("撤销认证"),
        back=url,
        done=_("已撤销认证"),
        to=url,
    )


@requires(permissions.SKILL_VIEW)
def expiring(request: HttpRequest) -> HttpResponseBase:
    """What lapses within 30 days or has lapsed."""
    context = {"active": MATRIX, "title": _("即将到期的技能")}
    return table_page(request, ExpiringTable(request), context=context)


@requires(permissions.SKILL_MANAGE)
def catalogue(request: HttpRequest) -> HttpResponseBase:
    """The skill catalogue."""
    context = {"active": MATRIX, "title": _("技能目录")}
    return table_page(request, SkillTable(request), "people/skill_catalogue.html", context)


@requires(permissions.SKILL_MANAGE)
def skill_edit(request: HttpRequest, code: str = "") -> HttpResponse:
    """A new skill, or a change of one."""
    found = Skill.objects.filter(code=code).first() if code else None
    if code and found is None:
        raise NotFound(_("没有这项技能。"))
    return act(
        request,
        forms.SkillForm(found, request.POST or None),
        lambda data: services.save_skill(actor=actor_of(request), skill=found, **data),
        active=MATRIX,
        title=_("修改“%(name)s”") % {"name": found.name} if found else _("新建技能"),
        button=_("保存技能"),
        back=reverse("people:skill_catalogue"),
        done=_("已保存技能"),
        to=reverse("people:skill_catalogue"),
    )
