"""Doing what was asked: a second person starts it, a job does it."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import KefuError, RuleBroken
from kefu.platform.access.services import authorise
from kefu.platform.custody import permissions, queries
from kefu.platform.custody.choices import RequestKind, RequestState, RequestVerb
from kefu.platform.custody.models import SubjectRequest
from kefu.platform.custody.services.copying import collect
from kefu.platform.custody.services.erasing import erase_subject
from kefu.platform.custody.services.requests import locked, note, require_another_person, stop_clock
from kefu.platform.jobs import services as jobs

JOB = "custody.execute"


def execute_request(*, actor: Actor, request_id: int) -> SubjectRequest:
    """Start the job that does what was asked. Whoever recorded the request cannot start it."""
    authorise(actor, permissions.REQUEST_EXECUTE)
    with transaction.atomic():
        row = locked(request_id)
        if row.state != RequestState.RECEIVED:
            raise RuleBroken(_("这个请求已经在办理或已结束。"), code="request_closed")
        require_another_person(actor, row)
        if row.kind == RequestKind.ERASE:
            hold = queries.hold_on(row.subject_kind, row.subject_ref, clock.now())
            if hold is not None:
                raise RuleBroken(
                    _("法律保全第 %(id)d 号禁止删除（%(reason)s）。解除后再办理。")
                    % {"id": hold.pk, "reason": hold.reason},
                    code="on_hold",
                )
        row.state, row.decided_by_id, row.decided_at = RequestState.RUNNING, actor.user_id, clock.now()
        row.save(update_fields=["state", "decided_by", "decided_at"])
        note(row, RequestVerb.EXECUTED, actor)
        auditing.record(
            actor=actor,
            action="privacy.request:execute",
            target=f"privacy.request:{row.pk}",
            after={"kind": row.kind, "subject_kind": row.subject_kind},
        )
        jobs.enqueue(JOB, actor=actor, dedupe_key=str(row.pk), request_id=row.pk)
    return row


def run_request(
    *, actor: Actor, request_id: int, progress: Callable[[str], None] = lambda step: None
) -> dict[str, int]:
    """What the job does; repeated after an interruption it goes on. On a hold the request waits again."""
    row = SubjectRequest.objects.get(pk=request_id)
    if row.state != RequestState.RUNNING:
        return dict(row.counts)
    try:
        if row.kind == RequestKind.ERASE:
            counts = erase_subject(
                actor=actor,
                subject_kind=row.subject_kind,
                subject_ref=row.subject_ref,
                reason=_("个人信息请求 %(number)s") % {"number": row.number},
                request=row,
                progress=progress,
            )
        else:
            row.file, counts = collect(
                actor=actor, subject_kind=row.subject_kind, subject_ref=row.subject_ref, name=row.number
            )
    except KefuError as error:
        SubjectRequest.objects.filter(pk=row.pk).update(state=RequestState.RECEIVED, decided_by=None, decided_at=None)
        note(row, RequestVerb.BLOCKED, actor, str(error.message))
        raise
    now = clock.now()
    with transaction.atomic():
        row.state, row.finished_at, row.counts = RequestState.DONE, now, counts
        row.save(update_fields=["state", "finished_at", "counts", "file"])
        note(row, RequestVerb.DONE, actor)
        stop_clock(row, now, actor)
        auditing.record(
            actor=actor,
            action="privacy.request:finish",
            target=f"privacy.request:{row.pk}",
            after={"kind": row.kind, "counts": counts},
        )
    return counts
