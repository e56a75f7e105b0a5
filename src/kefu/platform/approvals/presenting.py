"""A request as its page and its panel show it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.platform.access import queries as access
from kefu.platform.access.models import User
from kefu.platform.approvals import queries
from kefu.platform.approvals.choices import RequestState, StepState
from kefu.platform.approvals.models import Attachment, HistoryLine, Request, Step
from kefu.platform.approvals.permissions import STEER
from kefu.platform.approvals.queries.responsible import LAST_RESORT
from kefu.platform.approvals.registry import Row
from kefu.platform.privacy import queries as privacy


def presented(actor: Actor, row: Request, now: datetime) -> dict[str, Any]:
    """Everything about one request, and what the actor may do with it now."""
    rows = summary_of(row)
    seats = queries.own_seats(actor.user_id, row, now)
    is_mine = actor.user_id is not None and actor.user_id == row.requester_id
    waits = row.state == RequestState.WAITING
    return {
        "item": row,
        "rows": rows,
        "has_before": any(line.before or line.before_token for line in rows),
        "masks": privacy.masked([token for line in rows for token in (line.token, line.before_token) if token]),
        "rounds": route_of(row),
        "history": history_of(row),
        "files": Attachment.objects.filter(request=row).select_related("file", "added_by"),
        "step": queries.waiting_step(row) if waits else None,
        "names_for": names_of(pk for pk in seats if pk != actor.user_id),
        "may_decide": bool(seats),
        "may_withdraw": is_mine and row.is_live,
        "may_resubmit": is_mine and row.state == RequestState.RETURNED,
        "may_pass_up": waits and may_steer(actor, row, now),
        "now": now,
    }


def summary_of(row: Request) -> list[Row]:
    """What the room says is asked for."""
    spec = row.kind_spec
    return list(spec.summary(row)) if spec is not None and spec.summary is not None else []


def route_of(row: Request) -> list[dict[str, Any]]:
    """The rounds, the newest first, each with its steps and who sits on them."""
    steps = (
        Step.objects.filter(request=row)
        .prefetch_related("seats__principal", "seats__decided_by")
        .order_by("-round", "position")
    )
    rounds: dict[int, list[dict[str, Any]]] = {}
    for step in steps:
        seats = [seat for seat in step.seats.all() if seat.state != "left"]
        rounds.setdefault(step.round, []).append(
            {
                "step": step,
                "label": level_label(step.who),
                "instead": level_label(step.asked) if step.asked and step.asked != step.who else "",
                "nobody": step.state == StepState.WAITING and not seats,
                "seats": seats,
            }
        )
    return [{"number": number + 1, "steps": found} for number, found in rounds.items()]


def history_of(row: Request) -> list[dict[str, Any]]:
    """Every line, the newest first, with what was asked in words."""
    lines = list(
        HistoryLine.objects.filter(request=row).select_related("actor", "in_name_of", "step").order_by("-id")[:200]
    )
    names = names_of(pk for line in lines for pk in line.codes.get("people", ()))
    return [
        {
            "line": line,
            "by": line.actor.display_name if line.actor is not None else _("系统"),
            "who": level_label(line.codes["who"]) if line.codes.get("who") else "",
            "asked": level_label(line.codes["asked"]) if line.codes.get("asked") else "",
            "people": "、".join(names.get(pk, "—") for pk in line.codes.get("people", ())),
            "is_empty": "asked" in line.codes and not line.codes["asked"],
        }
        for line in lines
    ]


def names_of(people: Iterable[int]) -> dict[int, str]:
    """Account → name."""
    return dict(User.objects.filter(pk__in=set(people)).values_list("pk", "display_name"))


def level_label(code: str) -> str:
    """What a level is called."""
    return _("可以转办审批的人") if code == LAST_RESORT else access.responsible_label(code)


def may_steer(actor: Actor, row: Request, now: datetime) -> bool:
    """Whether the actor may pass the waiting step up."""
    if actor.user_id in queries.barred_of(row, now):
        return False
    return access.scope_for(actor, STEER).covers_node(row.node_id)
