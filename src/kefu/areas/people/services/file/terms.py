"""What ends in somebody's file (contracts, probation, certificates), each measured by a clock on a day.

A clock is started when the day is less than ``HORIZON`` away, so that a centre with ten thousand open contracts keeps
a few hundred clocks. A title names the employee's number only: clocks outlive the person's data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from kefu.areas.people.engine.contracts import EMPLOYING
from kefu.areas.people.models import Contract, Credential, Employee, PersonalFile
from kefu.kernel import clock as time
from kefu.platform.access.services.tree import today
from kefu.platform.clocks import queries as clock_queries
from kefu.platform.clocks import services as clocks
from kefu.platform.clocks.choices import LIVE
from kefu.platform.clocks.models import Clock

CONTRACT_END = "people.contract_end"
PROBATION_END = "people.probation_end"
CREDENTIAL_END = "people.credential_end"
KINDS = (CONTRACT_END, PROBATION_END, CREDENTIAL_END)
HORIZON = timedelta(days=150)
FORGOTTEN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that ends on a day."""

    kind: str
    origin: str
    title: str
    ends_on: date


def follow(employee: Employee) -> int:
    """Let the clocks of this employee agree with the file; how many were started, moved or ended."""
    day = today()
    wanted = {(term.kind, term.origin): term for term in _terms(employee, day)}
    changed = 0
    for live in Clock.objects.filter(kind__in=KINDS, url=_url(employee), status__in=LIVE):
        term = wanted.pop((live.kind, live.origin), None)
        if term is None:
            changed += _end(employee, live)
        elif _due(live) != (due := _instant(live, term.ends_on)):
            clocks.retarget(clock_id=live.pk, due_at=due, reason=_("日期变更"))
            changed += 1
    for term in wanted.values():
        if not day - FORGOTTEN <= term.ends_on <= day + HORIZON or _was_measured(term):
            continue
        clocks.start(
            kind=term.kind,
            origin=term.origin,
            title=term.title,
            url=_url(employee),
            node_id=employee.unit_id,
            due_on=term.ends_on,
        )
        changed += 1
    return changed


def follow_all(day: date) -> int:
    """The same for everybody of whom something ends before long, and for those who have left; idempotent."""
    near = (day - FORGOTTEN, day + HORIZON)
    here = Q(employee__left_on__isnull=True)
    ids = set(Contract.objects.filter(here, ends_on__range=near, ended_on=None).values_list("employee_id", flat=True))
    ids |= set(Credential.objects.filter(here, expires_on__range=near).values_list("employee_id", flat=True))
    ids |= set(
        Employee.objects.filter(probation_ends_on__range=near, left_on__isnull=True).values_list("pk", flat=True)
    )
    live = Clock.objects.filter(kind__in=KINDS, status__in=LIVE).values_list("url", flat=True)
    numbers = {url.split("/")[3] for url in live}
    ids |= set(Employee.objects.filter(left_on__lt=day, number__in=numbers).values_list("pk", flat=True))
    return sum(follow(employee) for employee in Employee.objects.filter(pk__in=ids))


def _terms(employee: Employee, day: date) -> Iterator[Term]:
    if employee.left_on is not None and employee.left_on < day:
        return
    rows = list(Contract.objects.filter(employee=employee))
    newest = max((row.starts_on for row in rows if row.kind in EMPLOYING and row.ended_on is None), default=None)
    for row in rows:
        replaced = row.kind in EMPLOYING and newest is not None and row.starts_on < newest
        if row.ends_on is not None and row.ended_on is None and not replaced:
            title = _("%(kind)s到期：%(number)s") % {"kind": row.get_kind_display(), "number": employee.number}
            yield Term(CONTRACT_END, f"people.contract:{row.pk}", title, row.ends_on)
    file = PersonalFile.objects.filter(employee=employee).first()
    if employee.probation_ends_on is not None and (file is None or file.confirmed_on is None):
        title = _("试用期届满：%(number)s") % {"number": employee.number}
        yield Term(PROBATION_END, f"people.probation:{employee.pk}", title, employee.probation_ends_on)
    for credential in Credential.objects.filter(employee=employee, expires_on__isnull=False):
        assert credential.expires_on is not None
        title = _("证书到期：%(number)s · %(name)s") % {"number": employee.number, "name": credential.name}
        yield Term(CREDENTIAL_END, f"people.credential:{credential.pk}", title, credential.expires_on)


def _url(employee: Employee) -> str:
    """Where the file is; the clocks of an employee are found by it, also when what ended is no more."""
    return f"/people/employees/{employee.number}/file/"


def _end(employee: Employee, live: Clock) -> int:
    if employee.left_on is not None:
        clocks.cancel(clock_id=live.pk, reason=_("已离职"))
    else:
        clocks.stop(clock_id=live.pk, reason=_("已办理"))
    return 1


def _was_measured(term: Term) -> bool:
    """Whether a clock on it has ended on that very day: what was dealt with is not measured again."""
    last = Clock.objects.filter(kind=term.kind, origin=term.origin).order_by("-id").first()
    return last is not None and _due(last) == _instant(last, term.ends_on)


def _due(row: Clock) -> datetime | None:
    """The instant that the clock was last given."""
    return row.log.filter(due_at__isnull=False).order_by("-sequence").values_list("due_at", flat=True).first()


def _instant(row: Clock, day: date) -> datetime:
    return time.day_bounds(day, clock_queries.schedule_of(row.schedule_id).time_zone)[1]
