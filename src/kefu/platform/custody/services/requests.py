"""Recording requests, and ending them without doing what was asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotFound, RuleBroken
from kefu.platform.access import queries as access
from kefu.platform.access.services import authorise
from kefu.platform.calendars import queries as calendars
from kefu.platform.calendars.rules import Schedule
from kefu.platform.clocks import queries as clock_queries
from kefu.platform.clocks import services as clocks
from kefu.platform.custody import permissions
from kefu.platform.custody.choices import RequestKind, RequestState, RequestVerb
from kefu.platform.custody.labels import CLOCK
from kefu.platform.custody.models import RequestEvent, SubjectRequest
from kefu.platform.custody.params import ANSWER_DAYS
from kefu.platform.custody.services.holding import required_reason
from kefu.platform.params import queries as params
from kefu.platform.privacy.registry import SUBJECT_KINDS

MOST_DAYS = 400


def record_request(
    *, actor: Actor, kind: str, subject_kind: str, subject_ref: str, identity_note: str, reason: str = ""
) -> SubjectRequest:
    """Write down what somebody asks for; its clock ends with the last working day for the answer.

    ``subject_ref`` comes from the kind's ``find``: the typed value itself is kept nowhere.
    """
    authorise(actor, permissions.REQUEST_RECORD)
    if subject_kind not in SUBJECT_KINDS or not subject_ref:
        raise InvalidInput(_("没有找到这个人的信息，请核对后再登记。"), field="subject", code="subject_unknown")
    if len(identity_note.strip()) < 4:
        raise InvalidInput(_("请写明如何核验了身份，至少 4 个字。"), field="identity_note", code="identity_required")
    now = clock.now()
    wanted = RequestKind(kind)
    try:
        with transaction.atomic():
            row = SubjectRequest.objects.create(
                kind=wanted,
                subject_kind=subject_kind,
                subject_ref=subject_ref,
                identity_note=identity_note.strip()[:300],
                reason=reason.strip()[:300],
                due_on=answer_day(now, int(params.value(ANSWER_DAYS))),
                recorded_by_id=actor.user_id,
                recorded_at=now,
            )
            note(row, RequestVerb.RECORDED, actor, row.reason)
            auditing.record(
                actor=actor,
                action="privacy.request:record",
                target=f"privacy.request:{row.pk}",
                after={"kind": row.kind, "subject_kind": subject_kind, "due_on": row.due_on.isoformat()},
            )
            clocks.start(
                kind=CLOCK,
                origin=row.origin,
                title=_("个人信息请求 %(number)s") % {"number": row.number},
                url=reverse("custody:request", args=[row.pk]),
                owner_id=actor.user_id,
                at=now,
                due_on=row.due_on,
            )
    except IntegrityError as error:
        raise Conflict(_("这个人的同类请求还没有办结。"), code="request_open") from error
    return row


def refuse_request(*, actor: Actor, request_id: int, reason: str) -> SubjectRequest:
    """Answer that it will not be done, and why (the law demands the data, the person is another)."""
    authorise(actor, permissions.REQUEST_EXECUTE)
    return _end(actor, request_id, RequestState.REFUSED, RequestVerb.REFUSED, required_reason(reason))


def withdraw_request(*, actor: Actor, request_id: int, reason: str) -> SubjectRequest:
    """The person does not ask for it any more."""
    authorise(actor, permissions.REQUEST_RECORD)
    return _end(actor, request_id, RequestState.WITHDRAWN, RequestVerb.WITHDRAWN, required_reason(reason))


def locked(request_id: int) -> SubjectRequest:
    """The request, locked; raises ``NotFound``."""
    row = SubjectRequest.objects.select_for_update(of=("self",)).filter(pk=request_id).first()
    if row is None:
        raise NotFound(_("没有这个请求。"))
    return row


def require_another_person(actor: Actor, row: SubjectRequest) -> None:
    """Raises ``Denied`` when the actor recorded it, in person or through a delegation."""
    if actor.user_id and row.recorded_by_id and access.same_person(actor.user_id, row.recorded_by_id):
        raise Denied(_("登记人不能办理自己登记的请求，请由另一位有权限的人办理。"), code="two_people")


def note(row: SubjectRequest, verb: RequestVerb, actor: Actor, text: str = "") -> None:
    """A line in its history."""
    RequestEvent.objects.create(request=row, at=clock.now(), verb=verb, user_id=actor.user_id, note=text[:300])


def stop_clock(row: SubjectRequest, now: datetime, actor: Actor) -> None:
    """The answer has been given."""
    running = clock_queries.live_clock(CLOCK, row.origin)
    if running is not None:
        clocks.stop(clock_id=running.pk, at=now)


def answer_day(now: datetime, working_days: int) -> date:
    """The last day for the answer: so many working days of the default calendar after today."""
    return working_day_after(calendars.schedule(None), clock.local_date(now), working_days)


def working_day_after(schedule: Schedule, day: date, count: int) -> date:
    """The ``count``-th day after ``day`` on which the calendar is open at all."""
    for _each in range(MOST_DAYS):
        day += timedelta(days=1)
        count -= 1 if schedule.periods_on(day) else 0
        if count <= 0:
            return day
    return day


def _end(actor: Actor, request_id: int, state: RequestState, verb: RequestVerb, reason: str) -> SubjectRequest:
    now = clock.now()
    with transaction.atomic():
        row = locked(request_id)
        if row.state != RequestState.RECEIVED:
            raise RuleBroken(_("这个请求已经在办理或已结束。"), code="request_closed")
        if state is RequestState.REFUSED:
            require_another_person(actor, row)
        row.state, row.decided_by_id, row.decided_at, row.finished_at = state, actor.user_id, now, now
        row.save(update_fields=["state", "decided_by", "decided_at", "finished_at"])
        note(row, verb, actor, reason)
        stop_clock(row, now, actor)
        auditing.record(
            actor=actor,
            action=f"privacy.request:{'refuse' if state is RequestState.REFUSED else 'withdraw'}",
            target=f"privacy.request:{row.pk}",
            reason=reason,
        )
    return row
