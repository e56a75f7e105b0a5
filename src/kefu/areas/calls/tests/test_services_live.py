"""The live board: what waits, who does what, how the day goes, per scope."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kefu.areas.calls.models import Queue, Source
from kefu.areas.calls.services import fold_pending, publish_wall, refresh, take_in
from kefu.areas.people import services as people
from kefu.areas.people.models import Agent
from kefu.areas.people.tests.factories import make_centre, make_employee
from kefu.kernel.actor import Actor
from kefu.platform.live.models import Snapshot

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
SYSTEM = Actor.system("test")


def at(minutes: float, text: str) -> str:
    return f"{int((NOW + timedelta(minutes=minutes)).timestamp())}|{text}"


@pytest.fixture
def floor(pbx: Source) -> Any:
    centre = make_centre()
    Queue.objects.create(code="q-east", name="东", node_id=centre.east.pk)
    Queue.objects.create(code="q-west", name="西", node_id=centre.west.pk)
    lines = [
        at(-60, "MANAGER|q-east|a1|ADDMEMBER|"),
        at(-60, "MANAGER|q-west|a3|ADDMEMBER|"),
        at(-50, "c1|q-east|NONE|ENTERQUEUE||13800000001|1|"),
        at(-49.8, "c1|q-east|a1|CONNECT|12|x|3"),
        at(-45, "c1|q-east|a1|COMPLETECALLER|12|288|1"),
        at(-40, "c2|q-east|NONE|ENTERQUEUE||13800000002|1|"),
        at(-39, "c2|q-east|NONE|ABANDON|1|1|60"),
        at(-10, "NONE|NONE|a3|PAUSEALL|午餐"),
        at(-5, "c3|q-east|NONE|ENTERQUEUE||13800000003|1|"),
        at(-4, "c4|q-east|NONE|ENTERQUEUE||13800000004|2|"),
        at(-3, "c3|q-east|a1|CONNECT|120|x|3"),
    ]
    take_in(actor=SYSTEM, source=pbx, origin="test", lines=lines)
    fold_pending(pbx)
    refresh()
    for code, unit in (("a1", centre.team1), ("a3", centre.team3)):
        people.link_agent(actor=SYSTEM, agent=Agent.objects.get(code=code), employee=make_employee(unit, code))
    return centre


def boards() -> dict[str, Any]:
    return {
        row.topic.removeprefix("calls.wall."): json.loads(row.body) if isinstance(row.body, str) else row.body
        for row in Snapshot.objects.all()
    }


def test_every_scope_has_its_board(floor: Any) -> None:
    assert publish_wall(NOW) == 6
    found = boards()
    assert set(found) == {
        "all",
        *(f"n{unit.pk}" for unit in (floor.east, floor.west, floor.team1, floor.team2, floor.team3)),
    }
    whole = found["all"]
    assert whole["totals"]["waiting"] == 1
    assert whole["totals"]["longest_wait_since"] == "2026-11-20T05:56:00.000Z"
    assert whole["totals"]["longest_wait_queue"] == "q-east"
    assert whole["totals"]["metrics"]["offered"]["numerator"] == 4
    level = whole["totals"]["metrics"]["service_level.f3"]
    assert (level["numerator"], level["denominator"]) == (1, 3)
    states = {agent["code"]: (agent["state"], agent["reason"], agent["queue"]) for agent in whole["agents"]}
    assert states == {"a1": ("talking", "", "q-east"), "a3": ("not_ready", "午餐", None)}
    assert whole["totals"]["agents"]["talking"] == 1
    assert {alarm["kind"] for alarm in whole["alarms"]} == {"long_wait"}
    assert whole["series"]["offered"][24:30] == [0, 0, 2, 2, 0, None]
    west, team1, team2 = found[f"n{floor.west.pk}"], found[f"n{floor.team1.pk}"], found[f"n{floor.team2.pk}"]
    assert ([q["code"] for q in west["queues"]], [a["code"] for a in west["agents"]]) == (["q-west"], ["a3"])
    assert ([q["code"] for q in team1["queues"]], [a["code"] for a in team1["agents"]]) == (["q-east"], ["a1"])
    assert ([q["code"] for q in team2["queues"]], team2["agents"]) == (["q-east"], [])
