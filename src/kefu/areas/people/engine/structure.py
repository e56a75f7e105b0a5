"""The structure of a staff on a day: age, education, tenure, intake and people given to others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

YEAR = 365.2425
AGES = ((0, 24), (25, 29), (30, 34), (35, 39), (40, 49), (50, 200))
TENURES = ((0, 0.5), (0.5, 1), (1, 2), (2, 3), (3, 5), (5, 100))


@dataclass(frozen=True, slots=True)
class Person:
    """What the report needs to know of somebody who works in the unit on the day."""

    hired_on: date
    born_on: date | None = None
    gender: str = ""
    education: str = ""
    employment_type: str = ""


@dataclass(slots=True)
class Structure:
    """Counts and means; a mean is ``None`` when nobody's value is known."""

    headcount: int = 0
    mean_age: float | None = None
    mean_tenure: float | None = None
    intake: int = 0
    ages: Counter[int] = field(default_factory=Counter)
    tenures: Counter[int] = field(default_factory=Counter)
    genders: Counter[str] = field(default_factory=Counter)
    educations: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)

    @property
    def intake_share(self) -> float | None:
        """Those who joined within the last year, as a share of all."""
        return self.intake / self.headcount if self.headcount else None


def years_between(start: date, end: date) -> float:
    """Years of mean length."""
    return (end - start).days / YEAR


def age_on(day: date, born_on: date) -> int:
    """Full years of life: one more on each birthday."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def structure_of(people: Iterable[Person], day: date) -> Structure:
    """The structure of ``people`` on ``day``. Ages are in full years, tenure in years; bands count by index."""
    found = Structure()
    ages, tenures = [], []
    for person in people:
        found.headcount += 1
        tenure = years_between(person.hired_on, day)
        tenures.append(tenure)
        found.tenures[next(i for i, (_low, high) in enumerate(TENURES) if tenure < high)] += 1
        found.intake += (day - person.hired_on).days < 365
        if person.born_on is not None:
            age = age_on(day, person.born_on)
            ages.append(age)
            found.ages[next(i for i, (_low, high) in enumerate(AGES) if age <= high)] += 1
        found.genders[person.gender] += 1
        found.educations[person.education] += 1
        found.types[person.employment_type] += 1
    if ages:
        found.mean_age = sum(ages) / len(ages)
    if tenures:
        found.mean_tenure = sum(tenures) / len(tenures)
    return found
