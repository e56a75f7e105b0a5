"""What people are told about their rewards, their skills and the staff code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_noop

from kefu.areas.people import permissions
from kefu.areas.people.models import Certificate, Merit, StaffCode
from kefu.kernel import clock
from kefu.platform.access.queries import holders_of, responsible_users
from kefu.platform.notify.services import notify

MERIT = "people.merit"
CODE = "people.code"
SKILL = "people.skill_expiry"


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


def skill_lapses(certificate: Certificate, step: str) -> int:
    """The employee and the leader hear, once for each step, that a certificate lapses or has lapsed."""
    person = certificate.employee
    users = {*([person.user_id] if person.user_id else []), *responsible_users("leader", node_id=person.unit_id)}
    return notify(
        users=users,
        kind=SKILL,
        title=gettext_noop("技能认证已过期：%(name)s · %(skill)s")
        if step == "expired"
        else gettext_noop("技能认证将于 %(day)s 到期：%(name)s · %(skill)s"),
        body=gettext_noop("到期后该技能按 0 级计算，请安排复评。"),
        url=f"/people/skills/of/{person.number}/",
        dedupe_key=f"people.certificate:{certificate.pk}:{step}",
        origin=f"people.certificate:{certificate.pk}",
        params={
            "name": person.name,
            "skill": certificate.skill.name,
            "day": certificate.expires_on.isoformat() if certificate.expires_on else "",
        },
    )


def _url(merit: Merit) -> str:
    return f"/people/merits/{merit.number}/"
