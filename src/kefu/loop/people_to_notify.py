"""people → notify: whoever leads a unit hears of who comes, goes and changes; whoever changes hears of it too.

| when | who is told |
| --- | --- |
| ``EmployeeTransferred`` | the leaders of both units, and the person |
| ``EmployeeJoined`` | the leader of the unit |
| ``EmployeeLeft`` | the leader of the unit |

Changes entered long after the fact (an import of the past) are no news. Notices name units and days, not people:
they must not outlive what is erased.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kefu.areas.people import queries as people
from kefu.areas.people.events import EmployeeJoined, EmployeeLeft, EmployeeTransferred
from kefu.kernel import clock
from kefu.platform.access.queries import responsible_users
from kefu.platform.notify.registry import notice_kind
from kefu.platform.notify.services import notify
from kefu.platform.outbox.models import StoredEvent
from kefu.platform.outbox.registry import subscribe

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from kefu.areas.people.models import Employee

MOVES = notice_kind("people.moves", _("人员调动、入职与离职"), ("inbox",), icon="users")
NEWS_FOR = timedelta(days=14)


@subscribe(EmployeeTransferred, "loop.people_to_notify.transferred")
def transferred(event: StoredEvent) -> None:
    """Tell both leaders and the person."""
    given = event.payload
    if not _is_news(given["starts_on"]):
        return
    units = [unit_id for unit_id in (given["from_unit_id"], given["to_unit_id"]) if unit_id is not None]
    names = people.unit_names(units)
    texts: dict[str, Any] = {
        "title": _("%(start)s 起，有人从“%(before)s”调入“%(after)s”"),
        "params": {
            "start": given["starts_on"],
            "before": names.get(given["from_unit_id"], "—"),
            "after": names.get(given["to_unit_id"], "—"),
        },
        "kind": MOVES.code,
        "origin": f"people.employee:{given['employee_id']}",
        "dedupe_key": f"event:{event.uid}",
    }
    leaders = {user for unit_id in units for user in responsible_users("leader", node_id=unit_id)}
    person = _person(event)
    if person.user_id is not None:
        title = _("%(start)s 起，您从“%(before)s”调入“%(after)s”")
        notify(users=[person.user_id], **{**texts, "title": title})
    notify(users=leaders - {person.user_id}, url=_page(person), **texts)


@subscribe(EmployeeJoined, "loop.people_to_notify.joined")
def joined(event: StoredEvent) -> None:
    """Tell the leader who comes."""
    given = event.payload
    title = _("%(day)s 起，有新人加入“%(unit)s”，请安排带教和登录账号")
    _tell_leader(event, given["unit_id"], given["starts_on"], title)


@subscribe(EmployeeLeft, "loop.people_to_notify.left")
def left(event: StoredEvent) -> None:
    """Tell the leader who goes."""
    title = _("“%(unit)s”有人离职，最后工作日 %(day)s，请安排交接")
    _tell_leader(event, _person(event).unit_id, event.payload["left_on"], title)


def _tell_leader(event: StoredEvent, unit_id: int | None, day: str, title: StrOrPromise) -> None:
    if unit_id is None or not _is_news(day):
        return
    person = _person(event)
    notify(
        users=responsible_users("leader", node_id=unit_id),
        kind=MOVES.code,
        title=title,
        params={"day": day, "unit": people.unit_names([unit_id]).get(unit_id, "—")},
        url=_page(person),
        origin=f"people.employee:{person.pk}",
        dedupe_key=f"event:{event.uid}",
    )


def _person(event: StoredEvent) -> Employee:
    return people.employees(event.actor).get(pk=event.payload["employee_id"])


def _is_news(day: str) -> bool:
    return date.fromisoformat(day) >= clock.local_date(clock.now(), settings.TIME_ZONE) - NEWS_FOR


def _page(person: Employee) -> str:
    return reverse("people:employee", args=[person.number])
