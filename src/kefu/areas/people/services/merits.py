"""Writes to the ledger of rewards and penalties; an appeal is decided by somebody who had no part in the entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kefu.areas.people import permissions
from kefu.areas.people.choices import AppealVerdict, MeritKind, MeritState, PraiseChannel
from kefu.areas.people.events import MeritAppealed, MeritDecided, MeritRecorded
from kefu.areas.people.models import Employee, Membership, Merit, MeritAppeal, MeritEvidence
from kefu.areas.people.queries.units import standing_on
from kefu.areas.people.services import notices
from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotFound, RuleBroken
from kefu.platform.access.queries import same_person
from kefu.platform.access.services import authorise
from kefu.platform.access.services.tree import today
from kefu.platform.files import services as files
from kefu.platform.outbox.services import publish
from kefu.platform.params import queries as params

APPEAL_DAYS = "people.merit_appeal_days"
EVIDENCE = "people.evidence"
MOST_FILES = 5


def record_merit(
    *,
    actor: Actor,
    employee: Employee,
    kind: str,
    title: str,
    happened_on: date,
    body: str = "",
    channel: str = "",
    amount: Decimal = Decimal(0),
    points: int = 0,
    evidence: Sequence[Any] = (),
) -> Merit:
    """Enter a reward, a penalty or a customer's praise. Amount (yuan) and points are given without a sign.

    ``evidence``: uploaded files. Nobody enters their own. Raises ``InvalidInput`` for what cannot be right; a
    penalty needs a description.
    """
    authorise(actor, permissions.MERIT_RECORD, node_id=employee.unit_id)
    if _is(actor, employee.user_id):
        raise RuleBroken(_("不能登记自己的奖惩，请由他人办理。"))
    amount, points = abs(amount), abs(points)
    _check(employee, kind, title, happened_on, body, channel, amount, points, len(evidence))
    sign = -1 if kind == MeritKind.PENALTY else 1
    unit = (
        Membership.objects.filter(standing_on(happened_on), employee=employee).values_list("unit_id", flat=True).first()
    )
    with transaction.atomic():
        merit = Merit.objects.create(
            number=_number(),
            employee=employee,
            unit_id=unit or employee.unit_id,
            kind=kind,
            channel=channel if kind == MeritKind.PRAISE else "",
            title=title.strip()[:120],
            body=body.strip(),
            happened_on=happened_on,
            amount=sign * amount,
            points=sign * points,
            recorded_by_id=actor.user_id,
            recorded_at=clock.now(),
        )
        for upload in evidence:
            stored = files.store(actor=actor, stream=upload, name=upload.name, purpose=EVIDENCE)
            MeritEvidence.objects.create(merit=merit, file=stored)
        auditing.record(
            actor=actor,
            action="people.merit:record",
            target=f"people.merit:{merit.pk}",
            after={
                "number": merit.number,
                "employee": employee.pk,
                "kind": kind,
                "amount": str(merit.amount),
                "points": merit.points,
                "happened_on": happened_on.isoformat(),
                "files": len(evidence),
            },
            node_id=merit.unit_id,
        )
        publish(MeritRecorded(merit.pk, employee.pk, kind))
        notices.merit_recorded(merit)
    return merit


def appeal_merit(*, actor: Actor, merit: Merit, reason: str) -> MeritAppeal:
    """The person concerned objects, once, within the days set by ``people.merit_appeal_days``."""
    if actor.user_id is None or merit.employee.user_id != actor.user_id:
        raise Denied(_("只有本人可以申诉。"))
    authorise(actor, permissions.MERIT_VIEW, owner_id=merit.employee.user_id)
    if len(reason.strip()) < 4:
        raise InvalidInput(_("请写明申诉理由（至少 4 个字）。"), field="reason")
    with transaction.atomic():
        found = _locked(merit)
        if found.state != MeritState.STANDING:
            raise Conflict(_("这条记录已经申诉过，不能再次申诉。"))
        last = clock.local_date(found.recorded_at, "Asia/Shanghai") + timedelta(days=int(params.value(APPEAL_DAYS)))
        if today() > last:
            raise RuleBroken(_("申诉期已过（截至 %(day)s）。") % {"day": last.isoformat()})
        found.state = MeritState.APPEALED
        found.save(update_fields=["state"])
        appeal = MeritAppeal.objects.create(
            merit=found,
            reason=reason.strip(),
            appealed_at=clock.now(),
            appealed_by_id=actor.user_id,
            amount_before=found.amount,
            points_before=found.points,
        )
        auditing.record(
            actor=actor,
            action="people.merit:appeal",
            target=f"people.merit:{found.pk}",
            after={"state": found.state},
            node_id=found.unit_id,
        )
        publish(MeritAppealed(found.pk, found.employee_id))
        notices.merit_appealed(found)
    return appeal


def decide_appeal(
    *,
    actor: Actor,
    merit: Merit,
    verdict: str,
    comment: str,
    amount: Decimal | None = None,
    points: int | None = None,
) -> Merit:
    """Uphold, change or cancel an entry that was appealed against.

    Whoever recorded it and whomever it concerns cannot decide, neither can their deputies for them.
    """
    authorise(actor, permissions.MERIT_DECIDE, node_id=merit.employee.unit_id)
    if verdict not in AppealVerdict.values:
        raise InvalidInput(_("请选择处理结果。"), field="verdict")
    if len(comment.strip()) < 4:
        raise InvalidInput(_("请写明处理说明（至少 4 个字）。"), field="comment")
    with transaction.atomic():
        found = _locked(merit)
        if found.state != MeritState.APPEALED:
            raise Conflict(_("这条记录没有待处理的申诉，请刷新页面。"))
        for part in (found.recorded_by_id, found.employee.user_id):
            if _is(actor, part):
                raise RuleBroken(_("登记人和当事人不能处理这项申诉，请由他人处理。"))
        before = {"amount": str(found.amount), "points": found.points, "state": found.state}
        sign = -1 if found.kind == MeritKind.PENALTY else 1
        if verdict == AppealVerdict.CHANGED:
            found.amount = sign * abs(found.amount if amount is None else amount)
            found.points = sign * abs(found.points if points is None else points)
        elif verdict == AppealVerdict.CANCELLED:
            found.amount, found.points = Decimal(0), 0
        found.state = MeritState(verdict)
        found.save(update_fields=["amount", "points", "state"])
        MeritAppeal.objects.filter(merit=found).update(
            verdict=verdict, comment=comment.strip(), decided_at=clock.now(), decided_by_id=actor.user_id
        )
        auditing.record(
            actor=actor,
            action="people.merit:decide",
            target=f"people.merit:{found.pk}",
            before=before,
            after={"amount": str(found.amount), "points": found.points, "state": found.state},
            node_id=found.unit_id,
        )
        publish(MeritDecided(found.pk, found.employee_id, verdict))
        notices.merit_decided(found)
    return found


def skip_merit_numbers(count: int) -> None:
    """Leave out numbers that were given by other means."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('people_merit_number', %s)", [max(1, count)])


def _check(
    employee: Employee,
    kind: str,
    title: str,
    happened_on: date,
    body: str,
    channel: str,
    amount: Decimal,
    points: int,
    count: int,
) -> None:
    if kind not in MeritKind.values:
        raise InvalidInput(_("请选择类型。"), field="kind")
    if not title.strip():
        raise InvalidInput(_("请填写事由。"), field="title")
    if kind == MeritKind.PRAISE and channel not in PraiseChannel.values:
        raise InvalidInput(_("请选择客户以什么方式表扬。"), field="channel")
    if kind == MeritKind.PENALTY and len(body.strip()) < 4:
        raise InvalidInput(_("处罚须写明事实和依据（至少 4 个字）。"), field="body")
    if not employee.hired_on <= happened_on <= today():
        raise InvalidInput(_("发生日期须在入职之后、今天之前。"), field="happened_on")
    if amount > Decimal("99999999") or points > 100_000:
        raise InvalidInput(_("金额或积分太大，请核对。"), field="amount")
    if count > MOST_FILES:
        raise InvalidInput(_("最多上传 %(most)d 个文件。") % {"most": MOST_FILES}, field="evidence")


def _is(actor: Actor, user_id: int | None) -> bool:
    """Whether the actor is that user, or acts for them."""
    if actor.user_id is None or user_id is None:
        return False
    return actor.user_id == user_id or same_person(actor.user_id, user_id, clock.now())


def _locked(merit: Merit) -> Merit:
    found = Merit.objects.select_for_update(of=("self",)).select_related("employee").filter(pk=merit.pk).first()
    if found is None:
        raise NotFound(_("没有这条奖惩记录，请刷新后重试。"))
    return found


def _number() -> str:
    """The next public number, ``J20261121-000042``; gaps are allowed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('people_merit_number')")
        return f"J{today():%Y%m%d}-{cursor.fetchone()[0]:06d}"
