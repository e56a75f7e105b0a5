"""A small centre in which everybody's superiors are known, and kinds of request that write down what they did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.platform.access.models import Delegation, User
from kefu.platform.access.registry import RESPONSIBLES, Responsible
from kefu.platform.access.tests.factories import make_node, make_user
from kefu.platform.approvals import services
from kefu.platform.approvals.choices import FactType
from kefu.platform.approvals.models import Request, Step
from kefu.platform.approvals.registry import APPROVAL_KINDS, Row, approval_kind
from kefu.platform.approvals.rules import FactSpec, Rule, StepSpec

KIND = "sample.change"
SYSTEM = Actor.system("test")


class Staff:
    """Two agents, whoever leads them, whoever leads that leader, a people officer, and somebody from elsewhere."""

    def __init__(self) -> None:
        self.team = make_node("approvals-team")
        self.agent: User = make_user("a-agent", home_node=self.team)
        self.other: User = make_user("a-other", home_node=self.team)
        self.leader: User = make_user("a-leader", home_node=self.team)
        self.second: User = make_user("a-second", home_node=self.team)
        self.upper: User = make_user("a-upper")
        self.officer: User = make_user("a-officer")
        self.stranger: User = make_user("a-stranger")
        self.answers: dict[str, list[User]] = {
            "leader": [self.leader],
            "upper_leader": [self.upper],
            "people_officer": [self.officer],
            "both": [self.leader, self.second],
        }

    @property
    def everybody(self) -> list[User]:
        return [self.agent, self.other, self.leader, self.second, self.upper, self.officer, self.stranger]


@contextmanager
def answering(staff: Staff) -> Iterator[None]:
    """For a while the codes of ``staff.answers`` find exactly those people."""
    known = dict(RESPONSIBLES._items)
    for code in staff.answers:
        RESPONSIBLES._items[code] = Responsible(code, code, _finder(staff, code))
    try:
        yield
    finally:
        RESPONSIBLES._items.clear()
        RESPONSIBLES._items.update(known)


def _finder(staff: Staff, code: str) -> Any:
    def find(*, node_id: int | None, user_id: int | None, at: datetime) -> list[int]:
        return [user.pk for user in staff.answers[code]]

    return find


@contextmanager
def declared(rules: Sequence[Rule] | None = None, **given: Any) -> Iterator[list[tuple[str, str]]]:
    """The kind ``sample.change`` for a while; yields what its followers were told, as (word, number)."""
    heard: list[tuple[str, str]] = []
    known = dict(APPROVAL_KINDS._items)
    APPROVAL_KINDS._items.pop(KIND, None)

    def hear(word: str) -> Callable[[Request, Actor], None]:
        return lambda request, actor: heard.append((word, request.number))

    options: dict[str, Any] = {
        "summary": lambda request: [Row("电话", token_kind="phone", value="138****6621"), Row("理由", request.comment)],
        "approved": hear("approved"),
        "declined": hear("declined"),
        "withdrawn": hear("withdrawn"),
        "returned": hear("returned"),
        "has_amount": True,
        "facts": (
            FactSpec("days", "天数", FactType.NUMBER),
            FactSpec("fields", "修改项", FactType.LIST, (("phone", "电话"), ("name", "姓名"))),
        ),
        "rules": rules or (Rule((StepSpec("leader"), StepSpec("people_officer")), "通常"),),
    }
    approval_kind(KIND, "资料变更", **{**options, **given})
    try:
        yield heard
    finally:
        APPROVAL_KINDS._items.clear()
        APPROVAL_KINDS._items.update(known)


def ask(staff: Staff, by: User | None = None, origin: str = "sample.thing:1", **given: Any) -> Request:
    """A request of the agent (or ``by``)."""
    return services.submit(
        actor=(by or staff.agent).as_actor(),
        kind=given.pop("kind", KIND),
        origin=origin,
        title=given.pop("title", "更正本人联系电话"),
        **given,
    )


def step_of(request: Request) -> Step:
    """The step that waits."""
    return Step.objects.get(request=request, state="waiting")


def say(user: User, request: Request, verdict: str = "approve", comment: str = "", step: int | None = None) -> Request:
    """``user`` decides the waiting step (or that one)."""
    place = step if step is not None else step_of(request).pk
    found = services.decide(actor=user.as_actor(), request_id=request.pk, step=place, verdict=verdict, comment=comment)
    request.refresh_from_db()
    return found


def stand_in(principal: User, deputy: User, *, hours: float = 24, ago: float = 1) -> Delegation:
    """``deputy`` stands in for ``principal`` since ``ago`` hours."""
    now = clock.now()
    return Delegation.objects.create(
        principal=principal,
        deputy=deputy,
        starts_at=now - timedelta(hours=ago),
        ends_at=now + timedelta(hours=hours),
        reason="年假",
        created_at=now,
    )
