"""What every write of a request shares: the lock, the line in the history, the audit, a word to those concerned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput, NotFound, NotSignedIn
from kefu.platform.approvals import queries
from kefu.platform.approvals.choices import Verb
from kefu.platform.approvals.models import HistoryLine, Request, Step
from kefu.platform.approvals.permissions import DECIDE
from kefu.platform.notify import services as notify

SYSTEM = Actor.system("approvals")


def locked(actor: Actor, request_id: int) -> Request:
    """The request under lock; raises ``NotFound`` when the actor may not see it."""
    row = Request.objects.select_for_update(of=("self",)).filter(pk=request_id).first()
    if row is None or not queries.requests_for(actor).filter(pk=request_id).exists():
        raise NotFound(_("没有这个申请，或者您无权查看。"))
    return row


def require_person(actor: Actor) -> int:
    """The account behind the actor; raises ``Denied`` for a token that was not issued for approvals."""
    if actor.user_id is None:
        raise NotSignedIn(_("请先登录。"))
    if actor.permissions is not None and DECIDE not in actor.permissions:
        raise Denied(_("这个令牌不能办理审批。"), details={"permission": DECIDE})
    return actor.user_id


def record(
    row: Request,
    verb: Verb,
    *,
    actor: Actor = SYSTEM,
    step: Step | None = None,
    in_name_of: int | None = None,
    note: str = "",
    codes: Mapping[str, Any] | None = None,
) -> HistoryLine:
    """One line of the history."""
    return HistoryLine.objects.create(
        request=row,
        step=step,
        verb=verb,
        at=clock.now(),
        actor_id=actor.user_id,
        actor_label="" if actor.is_system else actor.label[:150],
        in_name_of_id=in_name_of,
        note=note,
        codes=dict(codes or {}),
    )


def audit(actor: Actor, row: Request, verb: Verb, **after: Any) -> None:
    """Into the trail: the number and what stands now; never the payload or what people wrote."""
    auditing.record(
        actor=actor,
        action=f"approvals.request:{verb.value}",
        target=f"approvals.request:{row.pk}",
        after={"number": row.number, "kind": row.kind, "origin": row.origin, "state": row.state, **after},
        node_id=row.node_id,
    )


def tell(
    users: Iterable[int | None], kind: str, title: Any, row: Request, *, key: str, body: Any = "", **params: str
) -> None:
    """Tell each of them once for that ``key``."""
    notify.notify(
        users={user for user in users if user is not None},
        kind=kind,
        title=title,
        body=body,
        params={"title": row.title, "number": row.number, **params},
        url=address(row),
        dedupe_key=f"approvals:{row.pk}:{key}",
        origin=f"approvals.request:{row.pk}",
    )


def address(row: Request) -> str:
    """The request's own page."""
    return reverse("approvals:request", args=[row.number])


def text(value: str, *, field: str, required: str = "", most: int = 2000) -> str:
    """A text as it is kept; raises ``InvalidInput`` when it is too long, or missing with ``required`` as the reason."""
    value = value.strip()
    if required and not value:
        raise InvalidInput(required, field=field)
    if len(value) > most:
        raise InvalidInput(_("最多 %(n)s 个字。") % {"n": most}, field=field)
    return value
