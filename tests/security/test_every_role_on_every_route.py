"""Every role on every page and API route: let in or kept out as declared, and keeping out changes nothing."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from kefu.platform.access.guard import AccessRule
from kefu.platform.access.models import Assignment, Role, RoleGrant, User
from kefu.platform.access.registry import BUILTIN_ROLES
from kefu.platform.access.tests import factories
from tests.architecture.test_routes import OURS, PAGES, rule_of

pytestmark = pytest.mark.django_db
ROLES = [role.code for role in BUILTIN_ROLES]
SAMPLES = {
    "int": "987654321",
    "slug": "no-such-thing",
    "str": "no-such-thing",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "path": "no-such-thing",
}
OWN_TRACKS = ("access_sessionrecord", "access_ratecounter", "access_loginthrottle", "django_session")
"""Tables that note the visit itself: when a session was last seen, how often an address asked."""
DECIDE_BY_WHAT_IS_ASKED = ("/live/ticket/", "/privacy/reveal/no-such-thing/")
"""Pages for many that refuse what nobody may have: a ticket for no topic, a value that does not exist."""
_WRITES = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE(?!\s+SET)|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE|COPY)\s+\"?(\w+)", re.IGNORECASE
)


@dataclass(frozen=True)
class Route:
    """A route with its methods and rule."""

    path: str
    methods: tuple[str, ...]
    rule: AccessRule
    is_api: bool

    @property
    def name(self) -> str:
        """For messages."""
        return f"{'|'.join(self.methods)} {self.path}"


def filled(path: str) -> str | None:
    """The path with something in place of its parameters that exists nowhere; ``None`` for a free pattern."""
    found = re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES.get(m[1] or "str", "$"), path)
    return None if re.search(r"[()^$\\<>]", found) else "/" + found


def all_routes() -> Iterator[Route]:
    """All of ours: pages as one route for reading and writing, API operations one by one."""
    for path, _name, view in OURS:
        rule, address = rule_of(view), filled(path)
        if isinstance(rule, AccessRule) and address is not None:
            yield Route(address, ("GET", "POST"), rule, is_api=False)
    for path, _name, view in PAGES:
        owner = inspect.getclosurevars(view).nonlocals.get("self") if inspect.isfunction(view) else None
        address = filled(path)
        for operation in getattr(owner, "operations", []):
            rule = rule_of(operation.view_func)
            if isinstance(rule, AccessRule) and address is not None:
                yield Route(address, tuple(sorted(operation.methods)), rule, is_api=True)


ROUTES = list(all_routes())


def everything() -> dict[str, int]:
    """Rows of every table but the tracks of the visit itself."""
    tables = {model._meta.db_table for model in apps.get_models() if model._meta.managed} - set(OWN_TRACKS)
    known = set(connection.introspection.table_names(include_views=False))
    with connection.cursor() as cursor:
        counts: dict[str, int] = {}
        for table in sorted(tables & known):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            counts[table] = cursor.fetchone()[0]
    return counts


@contextmanager
def watched() -> Iterator[list[str]]:
    """The statements that write anywhere but in the tracks of the visit."""
    seen: list[str] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        seen.extend(text for text in [str(sql)] for table in _WRITES.findall(text) if table not in OWN_TRACKS)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def holder(role: str) -> tuple[Client, set[str]]:
    """A browser in which somebody with that role is signed in, and what the role holds."""
    team = factories.make_node("T1", parent=factories.make_node("S1", kind="site"))
    user: User = factories.make_user(f"holder-{role}", home_node=team)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    held = Role.objects.get(code=role)
    Assignment.objects.create(user=user, role=held, node=None, starts_at=factories.LONG_AGO)
    client.get("/account/")
    return client, set(RoleGrant.objects.filter(role=held).values_list("permission", flat=True))


def ask(client: Client, route: Route, method: str) -> int:
    """The status of one request without a body."""
    send = getattr(client, method.lower())
    answer = send(route.path, **({} if method in {"GET", "HEAD"} else {"content_type": "application/json"}))
    if answer.streaming:
        answer.close()
    return int(answer.status_code)


def test_the_walk_sees_pages_and_api() -> None:
    assert len([r for r in ROUTES if not r.is_api]) > 100
    assert len([r for r in ROUTES if r.is_api]) > 50


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_a_role_enters_where_it_is_declared_and_nowhere_else(role: str) -> None:
    client, held = holder(role)
    wrong: list[str] = []
    before = everything()
    for route in ROUTES:
        if route.rule.kind != "permission" or held & set(route.rule.codes):
            continue
        statuses: list[int] = []
        with watched() as writes:
            statuses = [ask(client, route, method) for method in route.methods]
        # The API looks at the shape of what was sent before anything else: 422 says nothing and does nothing.
        refusals = {403, 405, 422} if route.is_api else {403, 405}
        if not set(statuses) <= refusals or set(statuses) == {405} or writes:
            wrong.append(f"kept out of {route.name}: {statuses} {writes[:2]}")
    if everything() != before:
        wrong.append("a refusal changed the number of rows")
    for route in ROUTES:
        allowed = route.rule.kind != "permission" or held & set(route.rule.codes)
        if allowed and "GET" in route.methods and route.path not in DECIDE_BY_WHAT_IS_ASKED:
            status = ask(client, route, "GET")
            if status in {401, 403} or status >= 500:
                wrong.append(f"let into {route.name}: {status}")
    assert not wrong, "\n".join(wrong)


def test_nobody_enters_without_a_session() -> None:
    wrong: list[str] = []
    before = everything()
    for route in ROUTES:
        if route.rule.kind == "public":
            continue
        client = Client(raise_request_exception=False)
        with watched() as writes:
            statuses = [ask(client, route, method) for method in route.methods]
        expected = {401, 429} if route.is_api else {302, 401, 405}
        if not set(statuses) <= expected or set(statuses) == {405} or writes:
            wrong.append(f"{route.name}: {statuses} {writes[:2]}")
    if everything() != before:
        wrong.append("a refusal changed the number of rows")
    assert not wrong, "\n".join(wrong)


def test_a_stolen_session_opens_nothing_once_it_is_revoked() -> None:
    client, _held = holder("manager")
    key = client.cookies["kefu_session"].value
    thief = Client(raise_request_exception=False)
    thief.cookies["kefu_session"] = key
    assert thief.get("/account/").status_code == 200
    owner = Client()
    user = User.objects.get(username="holder-manager")
    owner.force_login(user)
    owner.get("/account/")
    assert owner.post("/account/sessions/revoke-others/").status_code == 302
    before = everything()
    for route in ROUTES:
        if route.rule.kind != "public" and not route.is_api:
            assert ask(thief, route, "GET") in {302, 401, 405}, route.name
    assert thief.get("/api/v1/access/me").status_code == 401
    assert everything() == before
