"""People in the command palette: by number, name, pinyin or initials, inside the viewer's scope."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy

from kefu.areas.people import permissions, queries
from kefu.areas.people.web.tables import by_words
from kefu.kernel.actor import Actor
from kefu.platform.webui.finding import MOST, PROVIDERS, Hit, Provider


def _people(viewer: Actor, text: str) -> Iterator[Hit]:
    for person in by_words(queries.employees(viewer), text)[:MOST]:
        yield Hit(
            person.name, reverse("people:employee", args=[person.number]), f"{person.number} · {person.unit.name}"
        )


def _units(viewer: Actor, text: str) -> Iterator[Hit]:
    rows = queries.units_visible_to(viewer).filter(ends_on__isnull=True, name__icontains=text)
    for unit in rows[:MOST]:
        yield Hit(unit.name, reverse("people:unit", args=[unit.pk]), unit.code)


def register() -> None:
    """Offer people and units."""
    PROVIDERS.register(
        Provider("people.employees", gettext_lazy("员工"), "circle-user", permissions.EMPLOYEE_VIEW, _people, 10)
    )
    PROVIDERS.register(Provider("people.units", gettext_lazy("单位"), "network", permissions.UNIT_VIEW, _units, 20))
