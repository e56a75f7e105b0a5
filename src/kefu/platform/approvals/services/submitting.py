"""Submit a request, add to it, submit it again after it was sent back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotFound, RuleBroken
from kefu.platform.access import services as access
from kefu.platform.access.models import ScopeNode, User
from kefu.platform.approvals.choices import LIVE, RequestState, Verb
from kefu.platform.approvals.events import RequestSubmitted
from kefu.platform.approvals.models import Attachment, Request
from kefu.platform.approvals.registry import APPROVAL_KINDS, ApprovalKind
from kefu.platform.approvals.rules import choose, number_of
from kefu.platform.approvals.services.chains import chain_for
from kefu.platform.approvals.services.routing import go_on, plan
from kefu.platform.approvals.services.writing import audit, locked, record, require_person, text
from kefu.platform.files.models import StoredFile
from kefu.platform.outbox import services as outbox

PURPOSE = "approvals.attachment"
MOST_FILES = 20


def submit(
    *,
    actor: Actor,
    kind: str,
    origin: str,
    title: str,
    node_id: int | None = None,
    subject_user_id: int | None = None,
    amount: Decimal | None = None,
    currency: str = "CNY",
    facts: Mapping[str, Any] | None = None,
    payload: Mapping[str, Any] | None = None,
    url: str = "",
    comment: str = "",
    attachments: Iterable[StoredFile] = (),
    dedupe_key: str = "",
    requester_id: int | None = None,
) -> Request:
    """Ask for something; it goes to the first step of the chain in force, in the caller's transaction.

    The requester is the actor (the system names one in ``requester_id``), ``subject_user_id`` whom it concerns when
    that is somebody else; the unit is theirs when left out. ``payload`` holds ids and tokens, ``facts`` what the
    chain's conditions ask. The same ``dedupe_key`` answers the request that was made with it before. Raises
    ``Conflict`` while another request of the kind on ``origin`` is not over.
    """
    declared = _kind(kind)
    requester = requester_id if actor.is_system else require_person(actor)
    if requester_id is not None and requester_id != requester:
        raise Denied(_("只能以本人的名义提交申请。"))
    title = text(title, field="title", required=_("请填写申请标题。"), most=200)
    comment = text(comment, field="comment")
    if not origin:
        raise ValueError("a request has an origin")
    if amount is not None and not declared.has_amount:
        raise ValueError(f"{kind} knows no amount")
    node = _node(node_id, subject_user_id or requester)
    if declared.permission:
        access.authorise(actor, declared.permission, node_id=node, owner_id=subject_user_id or requester)
    now = clock.now()
    with transaction.atomic():
        if dedupe_key:
            known = Request.objects.filter(dedupe_key=dedupe_key).first()
            if known is not None:
                return known
        chain = chain_for(kind)
        try:
            with transaction.atomic():
                row = Request.objects.create(
                    number=number_of(clock.local_date(now, settings.TIME_ZONE), _next()),
                    kind=kind,
                    title=title,
                    requester_id=requester,
                    subject_id=subject_user_id,
                    node_id=node,
                    amount=amount,
                    currency=currency,
                    facts=dict(facts or {}),
                    payload=dict(payload or {}),
                    comment=comment,
                    origin=origin[:150],
                    url=url[:300],
                    dedupe_key=dedupe_key[:200],
                    chain=chain,
                    rule_position=choose(chain.chain, amount, facts or {}),
                    created_at=now,
                )
        except IntegrityError:
            known = Request.objects.filter(dedupe_key=dedupe_key).first() if dedupe_key else None
            if known is not None:
                return known
            raise _already(kind, origin) from None
        record(row, Verb.SUBMITTED, actor=actor, note=comment, codes={"version": chain.version})
        _keep(row, actor, attachments)
        audit(actor, row, Verb.SUBMITTED, subject=subject_user_id, chain=chain.version)
        outbox.publish(RequestSubmitted(row.pk, kind, row.origin, 0), cause=f"approval:{row.pk}")
        plan(row, chain.chain[row.rule_position].steps)
        go_on(row, actor, now)
    return row


def resubmit(
    *,
    actor: Actor,
    request_id: int,
    comment: str = "",
    title: str | None = None,
    amount: Decimal | None = None,
    facts: Mapping[str, Any] | None = None,
    payload: Mapping[str, Any] | None = None,
    attachments: Iterable[StoredFile] = (),
) -> Request:
    """Submit a request again that was sent back; what is left out stays. It goes through its own chain from the start.

    Only the requester may. Raises ``RuleBroken`` when it was not sent back.
    """
    comment = text(comment, field="comment", required=_("请说明补充了什么。"))
    now = clock.now()
    with transaction.atomic():
        row = own(actor, request_id)
        if row.state != RequestState.RETURNED:
            raise RuleBroken(_("这个申请没有被退回，不需要重新提交。"), code="not_returned")
        if title is not None:
            row.title = text(title, field="title", required=_("请填写申请标题。"), most=200)
        row.amount = row.amount if amount is None else amount
        row.facts = row.facts if facts is None else dict(facts)
        row.payload = row.payload if payload is None else dict(payload)
        row.rule_position = choose(row.chain.chain, row.amount, row.facts)
        row.state, row.round = RequestState.WAITING, row.round + 1
        row.save()
        record(row, Verb.RESUBMITTED, actor=actor, note=comment)
        _keep(row, actor, attachments)
        audit(actor, row, Verb.RESUBMITTED, round=row.round)
        outbox.publish(RequestSubmitted(row.pk, row.kind, row.origin, row.round), cause=f"approval:{row.pk}")
        plan(row, row.chain.chain[row.rule_position].steps)
        go_on(row, actor, now)
    return row


def attach(*, actor: Actor, request_id: int, files: Iterable[StoredFile]) -> Request:
    """Add files to a request that is not over. Only the requester may."""
    with transaction.atomic():
        row = own(actor, request_id)
        if not row.is_live:
            raise RuleBroken(_("申请已经结束，不能再添加附件。"), code="request_over")
        _keep(row, actor, files, tells=True)
    return row


def own(actor: Actor, request_id: int) -> Request:
    """The (locked) request of the actor; raises ``Denied`` for somebody else's."""
    if not actor.is_system:
        require_person(actor)
    row = locked(actor, request_id)
    if not actor.is_system and row.requester_id != actor.user_id:
        raise Denied(_("只有申请人可以这样做。"), code="not_requester")
    return row


def _keep(row: Request, actor: Actor, files: Iterable[StoredFile], *, tells: bool = False) -> None:
    given = list(files)
    if not given:
        return
    if Attachment.objects.filter(request=row).count() + len(given) > MOST_FILES:
        raise InvalidInput(_("一个申请最多 %(n)s 个附件。") % {"n": MOST_FILES}, field="files")
    now = clock.now()
    for file in given:
        if file.purpose != PURPOSE:
            raise ValueError("a file of another purpose stays where it belongs")
        Attachment.objects.create(request=row, file=file, added_by_id=actor.user_id, added_at=now)
    if tells:
        record(row, Verb.ATTACHED, actor=actor, codes={"files": len(given)})
        audit(actor, row, Verb.ATTACHED, files=len(given))


def _kind(code: str) -> ApprovalKind:
    found = APPROVAL_KINDS.find(code)
    if found is None:
        raise NotFound(_("没有这种申请。"))
    return found


def _node(node_id: int | None, person: int | None) -> int | None:
    if node_id is not None:
        if not ScopeNode.objects.filter(pk=node_id).exists():
            raise InvalidInput(_("没有这个单位。"), field="node")
        return node_id
    if person is None:
        return None
    found = User.objects.filter(pk=person).values_list("home_node_id", flat=True)
    if not found:
        raise InvalidInput(_("没有这个人。"), field="subject")
    return found[0]


def _already(kind: str, origin: str) -> Conflict:
    known = Request.objects.filter(kind=kind, origin=origin, state__in=LIVE).values_list("number", flat=True).first()
    return Conflict(
        _("已有一个相同的申请（%(number)s）在审批中，请等它结束或先撤回。") % {"number": known or "—"},
        code="already_requested",
        details={"number": known or ""},
    )


def _next() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('approvals_number')")
        return int(cursor.fetchone()[0])
