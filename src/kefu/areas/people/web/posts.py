"""The pages of the post catalogue, seat types, the establishment and its rules."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kefu.areas.people import permissions, queries, services
from kefu.areas.people.models import EstablishmentLine, Post, RatioRule, SeatType
from kefu.areas.people.web import post_forms as forms
from kefu.areas.people.web.act import act, day_of, employee_of, number_of, unit_of
from kefu.areas.people.web.forms import unit_choices
from kefu.areas.people.web.post_tables import PostTable
from kefu.kernel import auditing
from kefu.kernel.errors import NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import has_permission, scope_for
from kefu.platform.access.services.tree import today
from kefu.platform.imports.export import file_response, to_xlsx
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import table_page

POSTS, SEATS, STAFFING = "people.posts", "people.seats", "people.establishment"


def _post(code: str) -> Post:
    found = queries.posts().filter(code=code).first()
    if found is None:
        raise NotFound(_("没有这个岗位。"))
    return found


@requires(permissions.POST_VIEW)
def posts(request: HttpRequest) -> HttpResponseBase:
    """The catalogue."""
    context = {
        "active": POSTS,
        "title": _("岗位"),
        "may_manage": scope_for(actor_of(request), permissions.POST_MANAGE).everything,
    }
    return table_page(request, PostTable(request), "people/posts.html", context)


@requires(permissions.POST_VIEW)
def post(request: HttpRequest, code: str) -> HttpResponse:
    """One post: duties, authority, standards, measures, skills, and who holds it."""
    found, actor = _post(code), actor_of(request)
    holders = queries.holders_of(actor, found) if has_permission(actor, permissions.EMPLOYEE_VIEW) else []
    texts = [
        (_("岗位职责"), "list-checks", found.duties),
        (_("岗位权限"), "key-round", found.authority),
        (_("工作标准"), "clipboard-check", found.standards),
        (_("考核指标"), "target", found.measures),
    ]
    context = {
        "active": POSTS,
        "title": found.name,
        "post": found,
        "texts": [(label, icon, text.splitlines()) for label, icon, text in texts],
        "skills": found.skills.select_related("skill"),
        "below": found.below.filter(is_active=True),
        "holders": holders[:50],
        "may_manage": scope_for(actor, permissions.POST_MANAGE).everything,
    }
    return render(request, "people/post.html", context)


@requires(permissions.POST_MANAGE)
def post_new(request: HttpRequest) -> HttpResponse:
    """A new post."""
    actor = actor_of(request)
    return act(
        request,
        forms.PostForm(actor, None, request.POST or None),
        lambda data: services.save_post(actor=actor, post=None, **data),
        active=POSTS,
        title=_("新建岗位"),
        button=_("新建岗位"),
        back=reverse("people:posts"),
        done=_("已新建岗位"),
        to=lambda made: reverse("people:post", args=[made.code]),
    )


@requires(permissions.POST_MANAGE)
def post_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Other words for a post."""
    found, actor = _post(code), actor_of(request)
    return act(
        request,
        forms.PostForm(actor, found, request.POST or None),
        lambda data: services.save_post(actor=actor, post=found, **data),
        active=POSTS,
        title=_("修改“%(name)s”") % {"name": found.name},
        button=_("保存岗位"),
        back=reverse("people:post", args=[code]),
        done=_("已保存岗位"),
        to=reverse("people:post", args=[code]),
    )


@requires(permissions.POST_MANAGE)
def post_skills(request: HttpRequest, code: str) -> HttpResponse:
    """Which skills a post asks for."""
    found, actor = _post(code), actor_of(request)
    form = forms.LevelsForm({row.skill_id: row.level for row in found.skills.all()}, request.POST or None)
    return act(
        request,
        form,
        lambda data: services.require_skills(actor=actor, post=found, levels=form.levels()),
        active=POSTS,
        title=_("“%(name)s”要求的技能") % {"name": found.name},
        button=_("保存技能要求"),
        back=reverse("people:post", args=[code]),
        done=_("已保存技能要求"),
        to=reverse("people:post", args=[code]),
    )


@requires(permissions.POST_MANAGE)
@require_POST
def post_state(request: HttpRequest, code: str) -> HttpResponse:
    """Retire a post, or take it into use again."""
    found = _post(code)
    found = services.set_post_active(actor=actor_of(request), post=found, is_active=not found.is_active)
    text = _("已启用岗位") if found.is_active else _("已停用岗位")
    return redirect_or_hx(request, reverse("people:post", args=[code]), text=text)


@requires(permissions.EMPLOYEE_MANAGE)
def assign(request: HttpRequest, number: str) -> HttpResponse:
    """Another post for somebody, from a day on."""
    actor = actor_of(request)
    employee = employee_of(request, number)
    url = reverse("people:employee", args=[number])
    return act(
        request,
        forms.AssignPostForm(actor, request.POST or None, initial={"post": employee.post_id}),
        lambda data: services.assign_post(actor=actor, employee=employee, **data),
        active="people.employees",
        title=_("变更“%(name)s”的岗位") % {"name": employee.name},
        button=_("变更岗位"),
        back=url,
        done=_("已变更岗位"),
        to=url,
    )


@requires(permissions.POST_VIEW)
def seats(request: HttpRequest) -> HttpResponse:
    """The seat types and what they ask for."""
    context = {
        "active": SEATS,
        "title": _("专席"),
        "seats": queries.seats(),
        "may_manage": scope_for(actor_of(request), permissions.POST_MANAGE).everything,
    }
    return render(request, "people/seats.html", context)


def _seat(code: str) -> SeatType:
    found = SeatType.objects.prefetch_related("skills__skill").filter(code=code).first()
    if found is None:
        raise NotFound(_("没有这种专席。"))
    return found


@requires(permissions.POST_VIEW)
def seat(request: HttpRequest, code: str) -> HttpResponse:
    """One seat type and who may sit there today."""
    found, actor, unit = _seat(code), actor_of(request), number_of(request, "unit")
    able = queries.who_may_sit(actor, found, today(), unit) if has_permission(actor, permissions.SKILL_VIEW) else []
    context = {
        "active": SEATS,
        "title": found.name,
        "seat": found,
        "able": able[:200],
        "count": len(able),
        "units": unit_choices(actor),
        "unit": str(unit or ""),
        "may_manage": scope_for(actor, permissions.POST_MANAGE).everything,
    }
    return render(request, "people/seat.html", context)


@requires(permissions.POST_MANAGE)
def seat_edit(request: HttpRequest, code: str = "") -> HttpResponse:
    """A new seat type, or a change of one."""
    found, actor = _seat(code) if code else None, actor_of(request)
    form = forms.SeatForm(found, request.POST or None)

    def save(data: Any) -> SeatType:
        words = {key: value for key, value in data.items() if not key.startswith("skill_")}
        return services.save_seat_type(actor=actor, seat=found, levels=form.levels(), **words)

    title = _("修改“%(name)s”") % {"name": found.name} if found else _("新建专席")
    return act(
        request,
        form,
        save,
        active=SEATS,
        title=title,
        button=_("保存专席"),
        back=reverse("people:seat", args=[code]) if found else reverse("people:seats"),
        done=_("已保存专席"),
        to=lambda made: reverse("people:seat", args=[made.code]),
    )


@requires(permissions.ESTABLISHMENT_VIEW)
def establishment(request: HttpRequest) -> HttpResponse:
    """Plan, actual, gap and broken rules of a unit, as of any day; ``?export=xlsx`` for the file."""
    actor, day = actor_of(request), day_of(request)
    scope = scope_for(actor, permissions.ESTABLISHMENT_VIEW)
    choices = [(pk, name) for pk, name in unit_choices(actor) if scope.covers_node(int(pk))]
    wanted = number_of(request, "unit") or (int(choices[0][0]) if choices else 0)
    found = queries.staffing_on(actor, wanted, day) if wanted else None
    if found is not None and request.GET.get("export") == "xlsx":
        return _exported(request, found)
    lines = EstablishmentLine.objects.filter(unit_id=wanted).select_related("post").order_by("-starts_on", "post")
    context = {
        "active": STAFFING,
        "title": _("编制"),
        "units": choices,
        "unit": str(wanted),
        "day": day,
        "is_today": day == today(),
        "found": found,
        "lines": lines[:30] if found else [],
        "may_manage": scope_for(actor, permissions.ESTABLISHMENT_MANAGE).covers_node(wanted or None),
    }
    return render(request, "people/establishment.html", context)


def _exported(request: HttpRequest, found: queries.Staffing) -> HttpResponse:
    columns = [_("单位编码"), _("单位"), _("岗位"), _("编制"), _("实有"), _("差额")]
    rows = [(unit.code, unit.name, post.name, plan, have, have - plan) for unit, post, plan, have in found.rows]
    auditing.record(
        actor=actor_of(request),
        action="people.establishment:export",
        target=f"people.unit:{found.unit.pk}",
        after={"rows": len(rows), "day": found.day.isoformat()},
        node_id=found.unit.pk,
    )
    title = _("编制 %(unit)s %(day)s") % {"unit": found.unit.name, "day": found.day.isoformat()}
    return file_response(to_xlsx(columns, rows, title=_("编制")), title, "xlsx")


@requires(permissions.ESTABLISHMENT_MANAGE)
def headcount(request: HttpRequest, pk: int) -> HttpResponse:
    """How many of a post a unit may have, from a day on."""
    actor = actor_of(request)
    unit = unit_of(request, pk)
    url = f"{reverse('people:establishment')}?unit={pk}"
    return act(
        request,
        forms.HeadcountForm(actor, request.POST or None),
        lambda data: services.set_headcount(actor=actor, unit=unit, **data),
        active=STAFFING,
        title=_("“%(name)s”的编制") % {"name": unit.name},
        button=_("保存编制"),
        back=url,
        done=_("已保存编制"),
        to=url,
    )


@requires(permissions.ESTABLISHMENT_VIEW)
def ratios(request: HttpRequest) -> HttpResponse:
    """The staffing rules."""
    context = {
        "active": STAFFING,
        "title": _("配比规则"),
        "rules": RatioRule.objects.prefetch_related("posts", "base_posts"),
        "day": today(),
        "may_manage": scope_for(actor_of(request), permissions.ESTABLISHMENT_MANAGE).everything,
    }
    return render(request, "people/ratios.html", context)


@requires(permissions.ESTABLISHMENT_MANAGE)
def ratio_edit(request: HttpRequest, code: str = "") -> HttpResponse:
    """A new staffing rule, or a change of one."""
    found = RatioRule.objects.prefetch_related("posts", "base_posts").filter(code=code).first() if code else None
    if code and found is None:
        raise NotFound(_("没有这条规则。"))
    return act(
        request,
        forms.RatioForm(found, request.POST or None),
        lambda data: services.save_ratio_rule(actor=actor_of(request), rule=found, **data),
        active=STAFFING,
        title=_("修改“%(name)s”") % {"name": found.name} if found else _("新建配比规则"),
        button=_("保存规则"),
        back=reverse("people:ratios"),
        done=_("已保存规则"),
        to=reverse("people:ratios"),
    )
