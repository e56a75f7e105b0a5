"""Accounts: list, create, edit, roles, password, closing."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput, KefuError
from kefu.platform.access import guard, permissions, queries, services
from kefu.platform.access.models import Assignment, SecondFactor, User
from kefu.platform.access.web.forms import AssignForm, NewUserForm, ResetPasswordForm, UserForm, ViewAsForm
from kefu.platform.access.web.tables import UserTable
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import table_page


@guard.requires(permissions.USER_VIEW)
@require_GET
def users(request: HttpRequest) -> HttpResponseBase:
    """The list of accounts."""
    may_create = queries.has_permission(guard.actor_of(request), permissions.USER_MANAGE)
    return table_page(
        request,
        UserTable(request),
        "access/users.html",
        {"title": _("账号管理"), "active": "access.users", "may_create": may_create},
    )


@guard.requires(permissions.USER_MANAGE)
@require_http_methods(["GET", "POST"])
def new_user(request: HttpRequest) -> HttpResponse:
    """Create an account with its first password and, at once, its first role."""
    actor = guard.actor_of(request)
    form = NewUserForm(request.POST or None, scope=queries.scope_for(actor, permissions.USER_MANAGE))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                user = services.create_user(
                    actor=actor,
                    username=data["username"],
                    display_name=data["display_name"],
                    password=data["password"],
                    home_node=data["home_node"],
                    language=data["language"],
                )
                if data["role"] is not None:
                    services.assign_role(actor=actor, user=user, role=data["role"])
        except InvalidInput as error:
            form.add_domain_error(error)
        except Denied as error:
            form.add_error("role" if error.code == "beyond_own_rights" else "home_node", error.message)
        else:
            text = _("已创建账号 %(name)s") % {"name": user.username}
            return redirect_or_hx(request, reverse("access:user", args=[user.pk]), text=text)
    given = {"form": form, "title": _("创建账号"), "active": "access.users"}
    return render(request, "access/user_new.html", given, status=422 if form.errors else 200)


@guard.requires(permissions.USER_VIEW)
@require_http_methods(["GET", "POST"])
def user(request: HttpRequest, user_id: int) -> HttpResponse:
    """One account: its file, roles and what may be done with it."""
    actor = guard.actor_of(request)
    shown = queries.user_visible_to(actor, user_id)
    scope = queries.scope_for(actor, permissions.USER_MANAGE)
    initial = {"display_name": shown.display_name, "language": shown.language, "home_node": shown.home_node_id}
    form = UserForm(request.POST or None, initial=initial, scope=scope)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                services.update_user(
                    actor=actor, user=shown, display_name=data["display_name"], language=data["language"]
                )
                node = data["home_node"]
                if (node.pk if node else None) != shown.home_node_id:
                    services.set_home_node(actor=actor, user=shown, node=node)
        except InvalidInput as error:
            form.add_domain_error(error)
        except Denied as error:
            form.add_error(None, error.message)
        else:
            return redirect_or_hx(request, reverse("access:user", args=[shown.pk]), text=_("已保存账号"))
    return _page(request, actor, shown, form=form)


@guard.requires(permissions.ROLE_ASSIGN)
@require_POST
def assign(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give the account a role."""
    actor = guard.actor_of(request)
    shown = queries.user_visible_to(actor, user_id)
    form = AssignForm(request.POST, scope=queries.scope_for(actor, permissions.ROLE_ASSIGN))
    if form.is_valid():
        try:
            services.assign_role(
                actor=actor,
                user=shown,
                role=form.cleaned_data["role"],
                node=form.cleaned_data["node"],
                ends_at=form.ends_at(),
            )
        except KefuError as error:
            field = "until" if isinstance(error, InvalidInput) and error.field == "ends_at" else None
            form.add_error(field, error.message)
        else:
            return redirect_or_hx(request, reverse("access:user", args=[shown.pk]), text=_("已分派角色"))
    return _page(request, actor, shown, assign=form)


@guard.requires(permissions.ROLE_ASSIGN)
@require_POST
def end_assignment(request: HttpRequest, user_id: int, assignment_id: int) -> HttpResponse:
    """Take a role away."""
    actor = guard.actor_of(request)
    shown = queries.user_visible_to(actor, user_id)
    assignment = get_object_or_404(Assignment.objects.select_related("user"), pk=assignment_id, user=shown)
    services.end_assignment(actor=actor, assignment=assignment)
    return redirect_or_hx(request, reverse("access:user", args=[shown.pk]), text=_("已移除角色"))


@guard.requires(permissions.USER_MANAGE)
@require_POST
def reset_password(request: HttpRequest, user_id: int) -> HttpResponse:
    """Set a temporary password."""
    actor = guard.actor_of(request)
    shown = queries.user_visible_to(actor, user_id)
    form = ResetPasswordForm(request.POST)
    if form.is_valid():
        try:
            services.set_password(actor=actor, user=shown, password=form.cleaned_data["password"])
        except (InvalidInput, Denied) as error:
            form.add_error("password", error.message)
        else:
            return redirect_or_hx(
                request, reverse("access:user", args=[shown.pk]), text=_("密码已重置，请当面告知本人")
            )
    return _page(request, actor, shown, reset=form)


@guard.requires(permissions.USER_MANAGE)
@require_POST
def set_active(request: HttpRequest, user_id: int) -> HttpResponse:
    """Close or reopen the account."""
    actor = guard.actor_of(request)
    shown = queries.user_visible_to(actor, user_id)
    is_active = request.POST.get("active") == "1"
    services.set_user_active(actor=actor, user=shown, is_active=is_active)
    text = _("账号已恢复") if is_active else _("账号已停用，会话已全部退出")
    return redirect_or_hx(request, reverse("access:user", args=[shown.pk]), text=text)


def _page(
    request: HttpRequest,
    actor: Actor,
    shown: User,
    *,
    form: UserForm | None = None,
    assign: AssignForm | None = None,
    reset: ResetPasswordForm | None = None,
) -> HttpResponse:
    manage = queries.scope_for(actor, permissions.USER_MANAGE)
    assigning = queries.scope_for(actor, permissions.ROLE_ASSIGN)
    initial = {"display_name": shown.display_name, "language": shown.language, "home_node": shown.home_node_id}
    failed = any(f is not None and f.errors for f in (form, assign, reset))
    given = {
        "shown": shown,
        "form": form or UserForm(initial=initial, scope=manage),
        "assign": assign or AssignForm(scope=assigning),
        "reset": reset or ResetPasswordForm(),
        "assignments": queries.assignments_of(shown.pk, at=clock.now()),
        "may_manage": manage.covers_node(shown.home_node_id),
        "may_assign": assigning.covers_node(shown.home_node_id),
        "has_factor": SecondFactor.objects.filter(user=shown, confirmed_at__isnull=False).exists(),
        "may_view_as": queries.scope_for(actor, permissions.USER_VIEW_AS).covers_node(shown.home_node_id),
        "view_as": ViewAsForm(),
        "is_self": actor.user_id == shown.pk,
        "title": shown.display_name,
        "active": "access.users",
    }
    return render(request, "access/user.html", given, status=422 if failed else 200)
