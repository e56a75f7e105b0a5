"""Given calendars, when they are changed, then hours, holidays and history follow, and nobody else can."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput
from kefu.platform.access.tests.factories import make_user
from kefu.platform.audit.models import AuditEntry
from kefu.platform.calendars import periods, queries, services
from kefu.platform.calendars.choices import DayKind
from kefu.platform.calendars.models import SpecialDay, WeeklyPeriod, WorkingCalendar

SYSTEM = Actor.system("test")
OFFICE = [(540, 720), (810, 1080)]
pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> WorkingCalendar:
    return services.create_calendar(actor=SYSTEM, code="office", name="办公时间", week=dict.fromkeys(range(5), OFFICE))


def test_a_year_brings_its_holidays_and_make_up_days(office: WorkingCalendar) -> None:
    services.load_public_holidays(actor=SYSTEM, calendar_id=office.pk, year=2026)
    schedule = queries.schedule(office.pk)
    assert schedule.periods_on(date(2026, 10, 1)) == ()
    assert schedule.periods_on(date(2026, 10, 10)) == tuple(OFFICE)  # a Saturday that is worked
    assert schedule.periods_on(date(2026, 10, 17)) == ()
    assert SpecialDay.objects.get(calendar=office, day=date(2026, 10, 1)).name == "国庆节"


def test_loading_a_year_again_keeps_what_people_arranged(office: WorkingCalendar) -> None:
    services.set_day(
        actor=SYSTEM, calendar_id=office.pk, day=date(2026, 10, 2), kind=DayKind.SPECIAL, periods=[(600, 900)]
    )
    services.load_public_holidays(actor=SYSTEM, calendar_id=office.pk, year=2026)
    services.load_public_holidays(actor=SYSTEM, calendar_id=office.pk, year=2026)
    assert queries.schedule(office.pk).periods_on(date(2026, 10, 2)) == ((600, 900),)


def test_a_year_that_was_not_announced_is_refused(office: WorkingCalendar) -> None:
    with pytest.raises(InvalidInput, match="2090"):
        services.load_public_holidays(actor=SYSTEM, calendar_id=office.pk, year=2090)


def test_two_editors_do_not_overwrite_each_other(office: WorkingCalendar) -> None:
    seen = office.version
    services.set_week(actor=SYSTEM, calendar_id=office.pk, week={0: [(0, 60)]}, expected_version=seen)
    with pytest.raises(Conflict):
        services.set_week(actor=SYSTEM, calendar_id=office.pk, week={0: [(0, 120)]}, expected_version=seen)
    assert queries.schedule(office.pk).weekly[0] == ((0, 60),)


def test_overlapping_hours_are_refused_by_the_service_and_by_the_database(office: WorkingCalendar) -> None:
    with pytest.raises(InvalidInput, match="重叠"):
        services.set_week(actor=SYSTEM, calendar_id=office.pk, week={0: [(540, 720), (700, 800)]})
    assert queries.schedule(office.pk).weekly[0] == tuple(OFFICE)
    with pytest.raises(IntegrityError), transaction.atomic():
        WeeklyPeriod.objects.create(calendar=office, weekday=0, opens_minute=600, closes_minute=700)


def test_whoever_lacks_the_right_changes_nothing(office: WorkingCalendar) -> None:
    nobody = make_user().as_actor()
    entries = AuditEntry.objects.count()
    with pytest.raises(Denied):
        services.set_week(actor=nobody, calendar_id=office.pk, week={})
    with pytest.raises(Denied):
        services.set_day(actor=nobody, calendar_id=office.pk, day=date(2026, 1, 5), kind=DayKind.HOLIDAY)
    with pytest.raises(Denied):
        services.create_calendar(actor=nobody, code="x", name="x", week={})
    assert queries.schedule(office.pk).weekly[0] == tuple(OFFICE)
    assert WorkingCalendar.objects.count() == 1
    assert AuditEntry.objects.count() == entries


def test_the_default_serves_whoever_names_none(office: WorkingCalendar) -> None:
    assert queries.schedule(None).weekly[6] == ((0, 1440),)
    services.create_calendar(actor=SYSTEM, code="d", name="默认", week={0: OFFICE}, is_default=True)
    assert queries.schedule(None).weekly[6] == ()


def test_schedules_cost_three_queries_whatever_their_number(
    office: WorkingCalendar, django_assert_num_queries: object
) -> None:
    many = [services.create_calendar(actor=SYSTEM, code=f"c{n}", name=f"c{n}", week={n: OFFICE}).pk for n in range(5)]
    with django_assert_num_queries(3):  # type: ignore[operator]
        found = queries.schedules([None, office.pk, *many])
    assert found[many[3]].weekly[3] == tuple(OFFICE)
    assert connection.vendor == "postgresql"


def test_hours_are_read_as_people_write_them() -> None:
    assert periods.read("9:00-12:00,13:30—18:00", field="x") == [(540, 720), (810, 1080)]
    assert periods.write([[810, 1080], [540, 720]]) == "09:00-12:00, 13:30-18:00"
    assert periods.read("", field="x") == []
    with pytest.raises(InvalidInput, match="nine to five"):
        periods.read("nine to five", field="x")
    with pytest.raises(InvalidInput, match="22:00-02:00"):
        periods.read("22:00-02:00", field="x")
