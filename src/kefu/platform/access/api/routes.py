"""The routes below ``/api/v1/access``."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from kefu.kernel import clock
from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access import permissions, queries, services
from kefu.platform.access.api.schemas import (
    AssignmentIn,
    AssignmentOut,
    MeOut,
    RoleOut,
    TokenIn,
    TokenIssued,
    TokenOut,
    UserIn,
    UserOut,
    UserPatch,
    UserQuery,
)
from kefu.platform.access.guard import actor_of, requires, signed_in
from kefu.platform.access.models import ApiToken, Assignment, Role, ScopeNode, User
from kefu.platform.api.idempotency import idempotent
from kefu.platform.api.paging import KeysetPage, PageQuery, keyset_page

router = Router()
LARGEST = 2**63 - 1


@router.get("/me", response=MeOut, summary="Who am I")
@signed_in
def me(request: HttpRequest) -> Any:
    """The account behind the session or token, and what it may do."""
    actor = actor_of(request)
    user = User.objects.get(pk=actor.user_id)
    return {
        "id": user.pk,
        "username": user.username,
        "display_name": user.display_name,
        "kind": actor.kind.value,
        "home_node_id": user.home_node_id,
        "language": user.language,
        "permissions": sorted(queries.permissions_of(actor)),
    }


@router.get("/users", response=KeysetPage[UserOut], summary="List accounts")
@requires(permissions.USER_VIEW)
def list_users(request: HttpRequest, query: Query[UserQuery]) -> Any:
    """The accounts inside the caller's scope, by id."""
    rows = queries.users_visible_to(actor_of(request))
    if "\x00" in query.q:
        raise InvalidInput(_("含有无法识别的字符，请重新输入"), field="q")
    if query.q:
        rows = rows.filter(Q(username__icontains=query.q) | Q(display_name__icontains=query.q))
    if query.active is not None:
        rows = rows.filter(is_active=query.active)
    return keyset_page(rows, query, order=("id",))


@router.post("/users", response={201: UserOut}, summary="Create an account")
@requires(permissions.USER_MANAGE)
@idempotent
def create_user(request: HttpRequest, body: UserIn) -> Any:
    """A new account in a unit inside the caller's scope."""
    user = services.create_user(
        actor=actor_of(request),
        username=body.username,
        display_name=body.display_name,
        home_node=_node(body.home_node_id),
        password=body.password,
        language=body.language,
    )
    return Status(201, user)


@router.get("/users/{int:user_id}", response=UserOut, summary="Look at an account")
@requires(permissions.USER_VIEW)
def get_user(request: HttpRequest, user_id: int) -> Any:
    """One account inside the caller's scope."""
    return _user(request, user_id)


@router.patch("/users/{int:user_id}", response=UserOut, summary="Change an account")
@requires(permissions.USER_MANAGE)
@idempotent
def change_user(request: HttpRequest, user_id: int, body: UserPatch) -> Any:
    """Change what is given; all of it or nothing."""
    actor = actor_of(request)
    user = _user(request, user_id)
    given = body.model_fields_set
    with transaction.atomic():
        if given & {"display_name", "language"}:
            name = body.display_name if body.display_name is not None else user.display_name
            services.update_user(actor=actor, user=user, display_name=name, language=body.language)
        if "home_node_id" in given:
            services.set_home_node(actor=actor, user=user, node=_node(body.home_node_id))
        if body.is_active is not None:
            services.set_user_active(actor=actor, user=user, is_active=body.is_active)
    return User.objects.get(pk=user.pk)


@router.get("/users/{int:user_id}/roles", response=list[AssignmentOut], summary="List the roles of an account")
@requires(permissions.USER_VIEW)
def list_assignments(request: HttpRequest, user_id: int) -> Any:
    """The roles in force or to come."""
    user = _user(request, user_id)
    return [_assignment(a) for a in queries.assignments_of(user.pk, at=clock.now())]


@router.post("/users/{int:user_id}/roles", response={201: AssignmentOut}, summary="Give a role")
@requires(permissions.ROLE_ASSIGN)
@idempotent
def assign_role(request: HttpRequest, user_id: int, body: AssignmentIn) -> Any:
    """Give a role that holds no more than the caller does."""
    user = _user(request, user_id)
    role = Role.objects.filter(code=body.role).first() if "\x00" not in body.role else None
    if role is None:
        raise InvalidInput(_("没有这个角色。"), field="role")
    given = services.assign_role(
        actor=actor_of(request), user=user, role=role, node=_node(body.node_id), ends_at=body.ends_at
    )
    return Status(201, _assignment(given))


@router.delete("/users/{int:user_id}/roles/{int:assignment_id}", response={204: None}, summary="Take a role away")
@requires(permissions.ROLE_ASSIGN)
def end_assignment(request: HttpRequest, user_id: int, assignment_id: int) -> Any:
    """End the assignment now."""
    user = _user(request, user_id)
    assignment = None
    if assignment_id <= LARGEST:
        assignment = Assignment.objects.select_related("user").filter(pk=assignment_id, user=user).first()
    if assignment is None:
        raise NotFound(_("没有这条角色分派。"))
    services.end_assignment(actor=actor_of(request), assignment=assignment)
    return Status(204, None)


@router.get("/roles", response=list[RoleOut], summary="List roles")
@requires(permissions.ROLE_VIEW)
def list_roles(request: HttpRequest) -> Any:
    """All roles with their grants."""
    return [
        {
            "code": role.code,
            "name": role.name,
            "is_builtin": role.is_builtin,
            "grants": {grant.permission: grant.level for grant in role.grants.all()},
        }
        for role in Role.objects.prefetch_related("grants")
    ]


@router.get("/tokens", response=KeysetPage[TokenOut], summary="List API tokens")
@requires(permissions.TOKEN_ISSUE, any_of=[permissions.TOKEN_MANAGE])
def list_tokens(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """One's own tokens, and those one manages."""
    return keyset_page(queries.tokens_visible_to(actor_of(request)), query, order=("-id",), present=_token)


@router.post("/tokens", response={201: TokenIssued}, summary="Issue an API token")
@requires(permissions.TOKEN_ISSUE)
def issue_token(request: HttpRequest, body: TokenIn) -> Any:
    """A token with a subset of the caller's permissions. Not repeatable by key: its secret is stored nowhere."""
    token, plain = services.issue_token(
        actor=actor_of(request),
        name=body.name,
        codes=body.permissions,
        expires_at=body.expires_at,
        networks=body.networks,
    )
    return Status(201, {**_token(token), "token": plain})


@router.delete("/tokens/{int:token_id}", response={204: None}, summary="Revoke an API token")
@signed_in
def revoke_token(request: HttpRequest, token_id: int) -> Any:
    """End a token at once."""
    actor = actor_of(request)
    token = queries.tokens_visible_to(actor).filter(pk=token_id).first() if token_id <= LARGEST else None
    if token is None:
        raise NotFound(_("没有这个令牌。"))
    services.revoke_token(actor=actor, token=token)
    return Status(204, None)


def _user(request: HttpRequest, user_id: int) -> User:
    if user_id > LARGEST:
        raise NotFound(_("没有这个账号，或者您无权查看。"))
    return queries.user_visible_to(actor_of(request), user_id)


def _node(node_id: int | None) -> ScopeNode | None:
    if node_id is None:
        return None
    node = queries.nodes_by_id([node_id]).get(node_id)
    if node is None:
        raise InvalidInput(_("没有这个单位。"), field="home_node_id")
    return node


def _assignment(row: Assignment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "role": row.role.code,
        "node_id": row.node_id,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
    }


def _token(row: ApiToken) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "hint": row.hint,
        "user_id": row.user_id,
        "permissions": row.permissions,
        "networks": row.networks,
        "state": row.state_at(clock.now()),
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "last_used_at": row.last_used_at,
    }
