"""What people are told about their rewards, their skills and the staff code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_noop

from kefu.areas.people import permissions
from kefu.areas.people.models import Merit, StaffCode
from kefu.kernel import clock
from kefu.platform.access.queries import holders_of
from kefu.platform.notify.services import notify

MERIT = "people.merit"
CODE = "people.code"


def merit_recorded(merit: Merit) -> None:
    """The person concerned hears of a new entry."""
    if merit.employee.user_id is not None:
        notify(
            users=[merit.employee.user_id],
            kind=MERIT,
            title=gettext_noop("新的奖惩记录：%(title)s"),
            body=gettext_noop("编号 %(number)s，如有异议可在期限内申诉。"),
            url=_url(merit),
            dedupe_key=f"people.merit:{merit.pk}:recorded",
            origin=f"people.merit:{merit.pk}",
            params={"title": merit.title, "number": merit.number},
        )


def merit_appealed(merit: Merit) -> None:
    """Those who may decide, and had no part in the entry, hear of the appeal."""
    parties = {merit.recorded_by_id, merit.employee.user_id}
    judges = holders_of(permissions.MERIT_DECIDE, node_id=merit.employee.unit_id, at=clock.now())
    notify(
        users=[user for user in judges if user not in parties],
        kind=MERIT,
        title=gettext_noop("奖惩申诉待处理：%(number)s"),
        url=_url(merit),
        dedupe_key=f"people.merit:{merit.pk}:appealed",
        origin=f"people.merit:{merit.pk}",
        params={"number": merit.number},
    )


def merit_decided(merit: Merit) -> None:
    """The person concerned hears how the appeal ended."""
    if merit.employee.user_id is not None:
        notify(
            users=[merit.employee.user_id],
            kind=MERIT,
            title=gettext_noop("申诉已处理：%(number)s"),
            url=_url(merit),
            dedupe_key=f"people.merit:{merit.pk}:decided",
            origin=f"people.merit:{merit.pk}",
            params={"number": merit.number},
        )


def code_unsigned(code: StaffCode, users: Iterable[int], day: date) -> int:
    """Those who have not signed are asked to, at most once a day."""
    return notify(
        users=list(users),
        kind=CODE,
        title=gettext_noop("请阅读并签署员工守则（第 %(version)d 版）"),
        url="/people/code/",
        dedupe_key=f"people.code:{code.pk}:{day.isoformat()}",
        origin=f"people.code:{code.pk}",
        params={"version": code.version},
    )


def _url(merit: Merit) -> str:
    return f"/people/merits/{merit.number}/"
