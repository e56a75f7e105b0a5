"""Posts, establishment, skills and rewards over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from kefu.areas.people import services
from kefu.areas.people.models import Certificate, EstablishmentLine, Merit, PostHolding
from kefu.areas.people.tests.factories import SYSTEM, SmallCentre, make_centre, make_employee
from kefu.kernel.permissions import PERMISSIONS, ScopeLevel
from kefu.platform.access.models import User
from kefu.platform.access.tests.factories import make_actor

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/people"


@pytest.fixture
def centre() -> SmallCentre:
    c = make_centre()
    make_employee(c.team1, "李雷", number="K1")
    return c


def client_of(*codes: str, level: ScopeLevel = ScopeLevel.ALL, node: Any = None) -> Client:
    actor = make_actor(dict.fromkeys(codes, level), node=node)
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def everything() -> Client:
    return client_of(*(p.code for p in PERMISSIONS if p.code.startswith("people.")))


def send(client: Client, method: str, path: str, body: dict[str, Any]) -> Any:
    return getattr(client, method)(f"{ROOT}/{path}", body, content_type="application/json")


def test_posts_and_establishment(centre: SmallCentre) -> None:
    client = everything()
    posts = {post["code"]: post for post in client.get(f"{ROOT}/posts").json()}
    assert posts["agent"]["held"] == 1
    assert posts["agent"]["superior"] == "team-leader"
    assert posts["team-leader"]["skills"]["coaching"] == 3
    plan = {"post": "客服代表", "headcount": 2, "starts_on": "2026-01-01"}
    assert send(client, "put", "units/t1/headcount", plan).status_code == 204
    body = client.get(f"{ROOT}/units/east/staffing", {"on": "2026-03-01"}).json()
    assert (body["plan"], body["actual"], body["gap"]) == (2, 1, -1)
    assert {row["rule"] for row in body["ratios"] if row["is_broken"]} == {"leader-per-15", "shift-manager-on-duty"}
    move = {"post": "quality", "starts_on": "2026-04-01"}
    assert send(client, "post", "employees/K1/post", move).status_code == 204
    assert send(client, "post", "employees/K1/post", {"post": "nobody", "starts_on": "2026-05-01"}).status_code == 422
    assert PostHolding.objects.count() == 2


def test_who_led_team_one_on_the_first_of_march(centre: SmallCentre) -> None:
    leader = make_employee(centre.team1, "韩梅", number="K2")
    services.appoint(actor=SYSTEM, unit=centre.team1, employee=leader, starts_on=date(2026, 2, 1))
    client = everything()
    march = client.get(f"{ROOT}/leaders", {"on": "2026-03-01", "unit": "t1"}).json()
    assert [(row["leader"], row["since"]) for row in march] == [("K2", "2026-02-01")]
    assert client.get(f"{ROOT}/leaders", {"on": "2026-01-10", "unit": "t1"}).json()[0]["leader"] is None


def test_skills_and_rewards(centre: SmallCentre) -> None:
    client = everything()
    proof = {"skill": "outbound", "level": 3, "method": "exam", "score": 92, "certified_on": "2026-03-01"}
    assert send(client, "post", "employees/K1/skills", proof).status_code == 201
    assert send(client, "post", "employees/K1/skills", {**proof, "score": None}).status_code == 422
    assert client.get(f"{ROOT}/employees/K1/skills", {"on": "2026-03-01"}).json() == [
        {"skill": "outbound", "level": 3, "expires_on": "2027-02-28"}
    ]
    assert client.get(f"{ROOT}/seats/outbound/people").json() == []
    merit = {
        "employee": "K1",
        "kind": "praise",
        "channel": "banner",
        "title": "锦旗",
        "happened_on": "2026-03-01",
        "points": 5,
    }
    assert send(client, "post", "merits", merit).status_code == 201
    assert client.get(f"{ROOT}/merits").json()["items"][0]["points"] == 5


def test_a_stranger_is_refused_and_changes_nothing(centre: SmallCentre) -> None:
    nobody = client_of()
    for path in ("posts", "units/t1/staffing", "leaders", "employees/K1/skills", "seats/inbound/people", "merits"):
        assert nobody.get(f"{ROOT}/{path}").status_code == 403
        assert Client().get(f"{ROOT}/{path}").status_code == 401
    assert send(nobody, "post", "employees/K1/post", {"starts_on": "2026-04-01"}).status_code == 403
    plan = {"post": "agent", "headcount": 2, "starts_on": "2026-01-01"}
    assert send(nobody, "put", "units/t1/headcount", plan).status_code == 403
    proof = {"skill": "outbound", "level": 3, "method": "exam", "score": 92, "certified_on": "2026-03-01"}
    assert send(nobody, "post", "employees/K1/skills", proof).status_code == 403
    merit = {"employee": "K1", "kind": "reward", "title": "好", "happened_on": "2026-03-01"}
    assert send(nobody, "post", "merits", merit).status_code == 403
    assert (EstablishmentLine.objects.count(), Certificate.objects.count(), Merit.objects.count()) == (0, 0, 0)
