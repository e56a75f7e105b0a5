"""Roles and the scope tree."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kefu.kernel.errors import Denied, InvalidInput
from kefu.kernel.permissions import PERMISSIONS, ScopeLevel
from kefu.platform.access import guard, permissions, queries, registry, services
from kefu.platform.access.choices import Level
from kefu.platform.access.models import Role, RoleGrant
from kefu.platform.access.services.authorising import label_of
from kefu.platform.access.web.forms import ProtectionForm, RoleForm
from kefu.platform.webui.responses import redirect_or_hx


def room_label(room: str) -> str:
    """The name of the app that declares ``room.noun:verb``."""
    from django.apps import apps

    try:
        return str(apps.get_app_config(room).verbose_name)
    except LookupError:
        return room


@guard.requires(permissions.ROLE_VIEW)
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """The matrix of permissions and roles."""
    all_roles, rows = queries.role_matrix()
    labels = {level.value: str(level.label) for level in Level}
    rooms = []
    for room, lines in groupby(rows, key=lambda row: row[0].code.split(".")[0]):
        cells = [
            (label_of(p.code), p.code, [_level_word(p.scoped, levels.get(role.pk), labels) for role in all_roles])
            for p, levels in lines
        ]
        rooms.append((room_label(room), cells))
    given = {
        "roles": all_roles,
        "rooms": rooms,
        "may_manage": queries.has_permission(guard.actor_of(request), permissions.ROLE_MANAGE),
        "title": _("角色与权限"),
        "active": "access.roles",
    }
    return render(request, "access/roles.html", given)


def _level_word(scoped: bool, level: str | None, labels: dict[str, str]) -> tuple[str, str]:
    """Level code and its word; a permission without levels is simply there."""
    if level is None:
        return "", ""
    return (level, labels[level]) if scoped else ("all", _("有"))


@guard.requires(permissions.ROLE_MANAGE)
@require_http_methods(["GET", "POST"])
def new_role(request: HttpRequest) -> HttpResponse:
    """Create a role."""
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            role = services.create_role(actor=guard.actor_of(request), **form.cleaned_data)
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("access:role", args=[role.pk]), text=_("已创建角色，请勾选权限"))
    given = {"form": form, "title": _("创建角色"), "active": "access.roles"}
    return render(request, "access/role_new.html", given, status=422 if form.errors else 200)


@guard.requires(permissions.ROLE_MANAGE)
@require_http_methods(["GET", "POST"])
def role(request: HttpRequest, role_id: int) -> HttpResponse:
    """The grants of one role."""
    return _role_page(request, get_object_or_404(Role, pk=role_id))


@guard.requires(permissions.ROLE_MANAGE)
@require_POST
def protect(request: HttpRequest, role_id: int) -> HttpResponse:
    """Whether holders need a second factor, and from where the role counts."""
    shown = get_object_or_404(Role, pk=role_id)
    form = ProtectionForm(request.POST)
    if form.is_valid():
        try:
            services.set_role_protection(
                actor=guard.actor_of(request),
                role=shown,
                requires_second_factor=form.cleaned_data["requires_second_factor"],
                networks=form.cleaned_data["networks"].split(),
            )
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("access:role", args=[shown.pk]), text=_("已保存保护方式"))
    return _role_page(request, shown, protection=form)


def _role_page(request: HttpRequest, shown: Role, protection: ProtectionForm | None = None) -> HttpResponse:
    error = ""
    if request.method == "POST" and protection is None:
        chosen = {p.code: request.POST.get(f"grant-{p.code}", "") for p in PERMISSIONS}
        try:
            grants = {code: ScopeLevel(level) for code, level in chosen.items() if level}
            name = request.POST.get("name", "").strip()
            if name and name != shown.name:
                services.rename_role(actor=guard.actor_of(request), role=shown, name=name)
            services.set_role_grants(actor=guard.actor_of(request), role=shown, grants=grants)
        except ValueError:
            error = _("有一项范围不是可选的值。")
        except (InvalidInput, Denied) as refused:
            error = str(refused.message)
        else:
            return redirect_or_hx(
                request, reverse("access:roles"), text=_("已保存角色 %(name)s") % {"name": shown.label}
            )
    else:
        chosen = dict(RoleGrant.objects.filter(role=shown).values_list("permission", "level"))
    ordered = sorted(PERMISSIONS, key=lambda p: p.code)
    rooms = [
        (room_label(room), [(label_of(p.code), p, chosen.get(p.code, "")) for p in lines])
        for room, lines in groupby(ordered, key=lambda p: p.code.split(".")[0])
    ]
    given = {
        "shown": shown,
        "rooms": rooms,
        "levels": Level.choices,
        "protection": protection
        or ProtectionForm(
            initial={
                "requires_second_factor": shown.requires_second_factor,
                "networks": "\n".join(shown.networks),
            }
        ),
        "error": error,
        "fixed": any(b.code == shown.code and b.holds_everything for b in registry.BUILTIN_ROLES),
        "title": shown.label,
        "active": "access.roles",
    }
    return render(
        request, "access/role.html", given, status=422 if error or (protection and protection.errors) else 200
    )


@guard.requires(permissions.ROLE_MANAGE)
@require_POST
def delete_role(request: HttpRequest, role_id: int) -> HttpResponse:
    """Delete a role that nobody has or had."""
    shown = get_object_or_404(Role, pk=role_id)
    services.delete_role(actor=guard.actor_of(request), role=shown)
    return redirect_or_hx(request, reverse("access:roles"), text=_("已删除角色 %(name)s") % {"name": shown.label})


@guard.requires(permissions.NODE_VIEW)
@require_GET
def tree(request: HttpRequest) -> HttpResponse:
    """The scope tree as it stood, stands or will stand on a day."""
    today = timezone.localdate()
    error = ""
    try:
        day = date.fromisoformat(request.GET.get("on", "")) if request.GET.get("on") else today
    except ValueError:
        day, error = today, _("请填写日期，例如 2026-11-20。")
    given = {
        "roots": queries.node_tree(day),
        "day": day,
        "error": error,
        "title": _("数据范围树"),
        "active": "access.tree",
    }
    return render(request, "access/tree.html", given, status=422 if error else 200)
