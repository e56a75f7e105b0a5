"""Requests and chains over HTTP. Rooms submit; here they are seen, decided and withdrawn."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from kefu.kernel import clock
from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access.guard import actor_of, requires, signed_in
from kefu.platform.api.idempotency import idempotent
from kefu.platform.api.paging import KeysetPage, PageQuery, keyset_page
from kefu.platform.approvals import permissions, queries, services
from kefu.platform.approvals.choices import Mode, Operator, RequestState, SeatState, StepState, Verdict
from kefu.platform.approvals.models import ChainVersion, Request, Step
from kefu.platform.approvals.registry import APPROVAL_KINDS
from kefu.platform.approvals.rules import MOST_CONDITIONS, MOST_RULES, MOST_STEPS, as_data, from_data

router = Router()
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


class SeatOut(Schema):
    """One who answers for a step; ``decided_by_id`` is a deputy when it differs."""

    principal_id: int
    state: SeatState
    decided_by_id: int | None
    decided_at: datetime | None


class StepOut(Schema):
    """A step of the route in the present round."""

    id: int
    position: int
    who: str
    asked: str
    mode: Mode
    state: StepState
    due_at: datetime | None
    is_overdue: bool
    seats: list[SeatOut]


class RequestOut(Schema):
    """A request; ``decide_step`` is the step that the caller may decide now."""

    number: str
    kind: str
    title: str
    state: RequestState
    requester_id: int | None
    subject_id: int | None
    node_id: int | None
    amount: Decimal | None
    currency: str
    origin: str
    url: str
    round: int
    created_at: datetime
    closed_at: datetime | None


class RequestDetail(RequestOut):
    """A request with its route."""

    decide_step: int | None
    steps: list[StepOut]


class RequestQuery(PageQuery):
    """Which requests."""

    list: Literal["waiting", "mine", "all"] = Field(
        "waiting", description="For the caller, by the caller, or all in sight"
    )
    state: RequestState | None = None
    kind: str = Field("", max_length=100, pattern=r"^[a-z0-9_.]*$")


class DecideIn(Schema):
    """What is said on which step."""

    step: Id
    verdict: Verdict
    comment: str = Field("", max_length=2000)


class ApprovalReasonIn(Schema):
    """Why."""

    reason: str = Field("", max_length=500)


class PassUpIn(Schema):
    """Why."""

    reason: str = Field(min_length=1, max_length=500)


class ApproveManyIn(Schema):
    """Steps of requests of one kind."""

    steps: list[Id] = Field(min_length=1, max_length=100)
    comment: str = Field("", max_length=2000)


class ResultOut(Schema):
    """What came of one of them; ``error`` is empty when it was approved."""

    number: str
    error: str


class ApprovalCountsOut(Schema):
    """How many wait for the caller, by kind."""

    total: int
    kinds: dict[str, int]


class ConditionIn(Schema):
    """A condition on the amount or a fact."""

    field: str = Field(max_length=60)
    operator: Operator
    value: str = Field(max_length=100)


class StepIn(Schema):
    """Who decides, any one or all of them, left out when the requester is one of them."""

    who: str = Field(max_length=100)
    mode: Mode = Mode.ANY
    skips_requester: bool = False


class RuleIn(Schema):
    """The first rule whose conditions all hold says the steps."""

    name: str = Field("", max_length=60)
    conditions: list[ConditionIn] = Field(default_factory=list, max_length=MOST_CONDITIONS)
    steps: list[StepIn] = Field(min_length=1, max_length=MOST_STEPS)


class ChainOut(Schema):
    """The chain in force of one kind."""

    kind: str
    version: int
    rules: list[RuleIn]


class ChainIn(Schema):
    """The new rules; ``version`` is the one that was seen (another answers 409)."""

    rules: list[RuleIn] = Field(min_length=1, max_length=MOST_RULES)
    version: int | None = Field(None, ge=1, le=2**31 - 1)
    reason: str = Field("", max_length=200)


class TryIn(Schema):
    """A request that somebody might make; without ``rules`` by the chain in force."""

    requester_id: Id | None = None
    subject_id: Id | None = None
    node_id: Id | None = None
    amount: Decimal | None = Field(None, max_digits=14, decimal_places=2)
    facts: dict[str, str | int | float | bool | list[str]] = Field(default_factory=dict, max_length=50)
    rules: list[RuleIn] | None = Field(None, min_length=1, max_length=MOST_RULES)


class TriedStep(Schema):
    """Who would decide a step; ``asked`` differs from ``who`` where nobody there may."""

    who: str
    asked: str
    is_skipped: bool
    people: list[int]


class TryOut(Schema):
    """The position of the rule that holds, and its steps."""

    rule: int
    steps: list[TriedStep]


@router.get("", response=KeysetPage[RequestOut], summary="List requests")
@signed_in
def list_requests(request: HttpRequest, query: Query[RequestQuery]) -> Any:
    """What waits for the caller, what the caller asked for, or all the caller may see; the newest first."""
    actor = actor_of(request)
    rows = queries.requests_for(actor)
    if query.list == "waiting":
        rows = rows.filter(pk__in=queries.waiting_for(actor.user_id).values("pk"))
    elif query.list == "mine":
        rows = rows.filter(requester_id=actor.user_id)
    if query.state is not None:
        rows = rows.filter(state=query.state)
    if query.kind:
        rows = rows.filter(kind=query.kind)
    return keyset_page(rows, query, order=("-created_at", "-id"))


@router.get("/counts", response=ApprovalCountsOut, summary="Count what waits for the caller")
@signed_in
def count_requests(request: HttpRequest) -> Any:
    """By kind."""
    kinds = queries.waiting_counts(actor_of(request).user_id)
    return ApprovalCountsOut(total=sum(kinds.values()), kinds=kinds)


@router.post("/approve", response=list[ResultOut], summary="Approve several requests of one kind")
@signed_in
@idempotent
def approve_requests(request: HttpRequest, body: ApproveManyIn) -> Any:
    """Each by itself and with the same checks."""
    return services.approve_many(actor=actor_of(request), steps=body.steps, comment=body.comment)


@router.get("/chains/{kind}", response=ChainOut, summary="Show a chain")
@requires(permissions.CHAIN_VIEW)
def show_chain(request: HttpRequest, kind: str) -> Any:
    """The chain in force."""
    return _chain(services.chain_for(_known(kind)))


@router.put("/chains/{kind}", response=ChainOut, summary="Change a chain")
@requires(permissions.CHAIN_CHANGE)
@idempotent
def change_chain(request: HttpRequest, kind: str, body: ChainIn) -> Any:
    """For requests that are submitted from now on."""
    return _chain(
        services.change_chain(
            actor=actor_of(request),
            kind=_known(kind),
            rules=_rules(body.rules),
            expected_version=body.version,
            reason=body.reason,
        )
    )


@router.post("/chains/{kind}/try", response=TryOut, summary="Ask who would decide a request")
@requires(permissions.CHAIN_VIEW)
def try_chain(request: HttpRequest, kind: str, body: TryIn) -> Any:
    """Nothing is written."""
    rules = _rules(body.rules) if body.rules is not None else services.chain_for(_known(kind)).chain
    try:
        found = queries.preview(
            rules,
            requester_id=body.requester_id,
            subject_id=body.subject_id,
            node_id=body.node_id,
            amount=body.amount,
            facts=body.facts,
            at=clock.now(),
        )
    except LookupError:
        raise InvalidInput(_("没有符合这些条件的规则。"), field="rules", code="no_rule") from None
    return TryOut(
        rule=found.position,
        steps=[
            TriedStep(
                who=step.spec.who,
                asked=step.answer.asked,
                is_skipped=step.is_skipped,
                people=list(step.answer.people),
            )
            for step in found.steps
        ],
    )


@router.get("/{number}", response=RequestDetail, summary="Show a request")
@signed_in
def show_request(request: HttpRequest, number: str) -> Any:
    """With its route in the present round."""
    return _detail(request, queries.visible_request(actor_of(request), number))


@router.post("/{number}/decide", response=RequestDetail, summary="Decide a step")
@signed_in
@idempotent
def decide_request(request: HttpRequest, number: str, body: DecideIn) -> Any:
    """Approve, decline or send back, in the name of every seat the caller may answer for."""
    actor = actor_of(request)
    row = queries.visible_request(actor, number)
    services.decide(actor=actor, request_id=row.pk, step=body.step, verdict=body.verdict, comment=body.comment)
    return _detail(request, queries.visible_request(actor, number))


@router.post("/{number}/withdraw", response=RequestDetail, summary="Withdraw one's request")
@signed_in
@idempotent
def withdraw_request(request: HttpRequest, number: str, body: ApprovalReasonIn) -> Any:
    """Before it is decided."""
    actor = actor_of(request)
    row = queries.visible_request(actor, number)
    services.withdraw(actor=actor, request_id=row.pk, reason=body.reason)
    return _detail(request, queries.visible_request(actor, number))


@router.post("/{number}/pass-up", response=RequestDetail, summary="Let the next level answer")
@requires(permissions.STEER)
@idempotent
def pass_up_request(request: HttpRequest, number: str, body: PassUpIn) -> Any:
    """Where those who should answer do not."""
    actor = actor_of(request)
    row = queries.visible_request(actor, number)
    services.pass_up(actor=actor, request_id=row.pk, reason=body.reason)
    return _detail(request, queries.visible_request(actor, number))


def _detail(request: HttpRequest, row: Request) -> RequestDetail:
    actor = actor_of(request)
    steps = Step.objects.filter(request=row, round=row.round).prefetch_related("seats").order_by("position")
    shown = [_step(step) for step in steps]
    waiting = next((step.id for step in shown if step.state == StepState.WAITING), None)
    base = RequestOut.from_orm(row).model_dump()
    return RequestDetail(**base, steps=shown, decide_step=waiting if queries.own_seats(actor.user_id, row) else None)


def _step(step: Step) -> StepOut:
    return StepOut(
        id=step.pk,
        position=step.position,
        who=step.who,
        asked=step.asked,
        mode=step.mode_choice,
        state=step.state_choice,
        due_at=step.due_at,
        is_overdue=step.is_overdue,
        seats=[SeatOut.from_orm(seat) for seat in step.seats.all() if seat.state != SeatState.LEFT],
    )


def _known(kind: str) -> str:
    if kind not in APPROVAL_KINDS:
        raise NotFound(_("没有这种申请。"))
    return kind


def _rules(given: list[RuleIn]) -> Any:
    return from_data(
        [
            {
                "name": rule.name,
                "when": [[c.field, c.operator, c.value] for c in rule.conditions],
                "steps": [[s.who, s.mode, s.skips_requester] for s in rule.steps],
            }
            for rule in given
        ]
    )


def _chain(row: ChainVersion) -> ChainOut:
    return ChainOut(
        kind=row.kind,
        version=row.version,
        rules=[
            RuleIn(
                name=rule["name"],
                conditions=[ConditionIn(field=f, operator=o, value=v) for f, o, v in rule["when"]],
                steps=[StepIn(who=w, mode=m, skips_requester=s) for w, m, s in rule["steps"]],
            )
            for rule in as_data(row.chain)
        ],
    )
