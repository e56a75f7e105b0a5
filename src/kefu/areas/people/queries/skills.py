"""Skills: who can do what on a day, what lapses soon, who may sit where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from kefu.areas.people import permissions, rules
from kefu.areas.people.choices import CertificateState, SeatMatch
from kefu.areas.people.models import Certificate, Employee, Membership, SeatType, Skill
from kefu.areas.people.queries.units import standing_on
from kefu.kernel.actor import Actor
from kefu.platform.access.queries import scope_for, subtree_ids

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Level:
    """A skill level that counts on a day, until ``expires_on`` (the last good day)."""

    level: int
    expires_on: date | None
    certificate_id: int


def skills_on(employee_ids: Iterable[int], day: date) -> dict[int, dict[str, Level]]:
    """Employee id → skill code → level on ``day``, in one statement. What has lapsed or is level 0 is left out.

    The newest certificate by that day counts, even when an older and higher one would still be valid.
    """
    ids = list(employee_ids)
    found: dict[int, dict[str, Level]] = {pk: {} for pk in ids}
    rows = _newest(Certificate.objects.filter(employee_id__in=ids), day)
    for employee, code, level, expires_on, pk in rows.values_list(
        "employee_id", "skill__code", "level", "expires_on", "pk"
    ):
        if level and (expires_on is None or expires_on >= day):
            found[employee][code] = Level(level, expires_on, pk)
    return found


def _newest(certificates: QuerySet[Certificate], day: date) -> QuerySet[Certificate]:
    """The newest certificate by ``day`` of each employee and skill, lapsed or not."""
    return (
        certificates.filter(revoked_at__isnull=True, certified_on__lte=day)
        .order_by("employee_id", "skill_id", "-certified_on", "-pk")
        .distinct("employee_id", "skill_id")
    )


def state_of(certificate: Certificate, day: date, *, is_newest: bool = True) -> CertificateState:
    """Whether a certificate counts on ``day``."""
    if certificate.revoked_at is not None:
        return CertificateState.REVOKED
    if not is_newest:
        return CertificateState.REPLACED
    if certificate.expires_on is None:
        return CertificateState.VALID
    if certificate.expires_on < day:
        return CertificateState.EXPIRED
    return CertificateState.EXPIRING if certificate.expires_on < day + SOON else CertificateState.VALID


def certificates_of(employee: Employee, day: date) -> list[tuple[Certificate, CertificateState]]:
    """All certificates of somebody with their state, the latest first."""
    rows = list(employee.certificates.select_related("skill", "certified_by", "file").order_by("-certified_on", "-pk"))
    newest: dict[int, int] = {}
    for row in rows:
        if row.revoked_at is None:
            newest.setdefault(row.skill_id, row.pk)
    return [(row, state_of(row, day, is_newest=newest.get(row.skill_id) == row.pk)) for row in rows]


def people_with_skills(viewer: Actor) -> QuerySet[Employee]:
    """The employees whose skills the viewer may see, without those who have left."""
    scope = scope_for(viewer, permissions.SKILL_VIEW)
    return Employee.objects.inside(scope).filter(left_on__isnull=True).select_related("unit", "post")


def expiring(viewer: Actor, day: date) -> QuerySet[Certificate]:
    """The certificates in force that lapse within 30 days or have lapsed, the most urgent first."""
    seen = people_with_skills(viewer).values("pk")
    return (
        in_force(Certificate.objects.filter(employee_id__in=seen), day)
        .filter(expires_on__lt=day + SOON)
        .select_related("employee__unit", "skill")
        .order_by("expires_on", "pk")
    )


def in_force(certificates: QuerySet[Certificate], day: date) -> QuerySet[Certificate]:
    """The newest of each employee and skill by ``day``, lapsed or not, ready to be filtered further."""
    return Certificate.objects.filter(pk__in=_newest(certificates, day).values("pk"))


@dataclass(slots=True)
class MatrixRow:
    """A person with a level (or ``None``) for each skill of the matrix."""

    employee: Employee
    levels: list[Level | None]


@dataclass(slots=True)
class Matrix:
    """Team × skills on a day. ``covered``: how many have each skill."""

    skills: list[Skill]
    rows: list[MatrixRow] = field(default_factory=list)
    covered: list[int] = field(default_factory=list)
    more: int = 0


def matrix(viewer: Actor, unit_id: int | None, skills: Sequence[Skill], day: date, limit: int = 100) -> Matrix:
    """Those of the unit and below (``None``: all whom the viewer sees) with their levels; four statements."""
    people = people_with_skills(viewer)
    if unit_id is not None:
        here = Membership.objects.filter(standing_on(day), unit_id__in=subtree_ids([unit_id]))
        people = people.filter(pk__in=here.values("employee_id"))
    found = list(people.order_by("name_key", "pk")[: limit + 1])
    shown = found[:limit]
    levels = skills_on((person.pk for person in shown), day)
    result = Matrix(list(skills), more=len(found) - len(shown))
    for person in shown:
        result.rows.append(MatrixRow(person, [levels[person.pk].get(skill.code) for skill in skills]))
    result.covered = [sum(1 for row in result.rows if row.levels[place]) for place in range(len(result.skills))]
    return result


def seat_requirements(seat: SeatType) -> dict[str, int]:
    """Skill code → level that the seat asks for."""
    return {row.skill.code: row.level for row in seat.skills.all()}


def seats() -> list[SeatType]:
    """All seat types with their skills."""
    return list(SeatType.objects.prefetch_related("skills__skill"))


def who_may_sit(viewer: Actor, seat: SeatType, day: date, unit_id: int | None = None) -> list[Employee]:
    """Those of the viewer's people who may sit there on ``day``, by name."""
    required = seat_requirements(seat)
    people = people_with_skills(viewer)
    if unit_id is not None:
        people = people.filter(unit_id__in=subtree_ids([unit_id]))
    wanted = Q(certificates__skill__code__in=list(required), certificates__revoked_at__isnull=True)
    able = list(people.filter(wanted).distinct().order_by("name_key", "pk")) if required else list(people)
    allowed = may_sit(seat, [person.pk for person in able], day)
    return [person for person in able if person.pk in allowed]


def may_sit(seat: SeatType, employee_ids: Iterable[int], day: date) -> frozenset[int]:
    """Which of the employees may sit at the seat on ``day``."""
    required = seat_requirements(seat)
    levels = skills_on(employee_ids, day)
    return frozenset(
        pk
        for pk, own in levels.items()
        if rules.may_sit({c: lv.level for c, lv in own.items()}, required, any_of=seat.match == SeatMatch.ANY)
    )


def skill_gaps(employee: Employee, day: date) -> list[tuple[Skill, int, int]]:
    """(skill, level the post asks for, level of the person) for each skill in which the person falls short."""
    if employee.post_id is None:
        return []
    own = skills_on([employee.pk], day)[employee.pk]
    wanted = employee.post.skills.select_related("skill") if employee.post else []
    rows = [(row.skill, row.level, own[row.skill.code].level if row.skill.code in own else 0) for row in wanted]
    return [row for row in rows if row[2] < row[1]]
