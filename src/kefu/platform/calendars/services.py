"""Writes: make a calendar, set its week, arrange single days, load the public holidays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound
from kefu.platform.access import services as access
from kefu.platform.calendars import public, rules
from kefu.platform.calendars.choices import DayKind
from kefu.platform.calendars.models import SpecialDay, WeeklyPeriod, WorkingCalendar
from kefu.platform.calendars.permissions import CHANGE
from kefu.platform.calendars.rules import Period

Week = Mapping[int, Sequence[Period]]
"""Weekday (0 = Monday) → its periods; a weekday that is missing is closed."""


def create_calendar(
    *, actor: Actor, code: str, name: str, week: Week, time_zone: str = "Asia/Shanghai", is_default: bool = False
) -> WorkingCalendar:
    """A new calendar with its weekly hours. Raises ``Conflict`` when the code is taken."""
    access.authorise(actor, CHANGE)
    if not name.strip():
        raise InvalidInput(_("请填写名称。"), field="name")
    if time_zone not in available_timezones():
        raise InvalidInput(_("没有时区“%(zone)s”，例如 Asia/Shanghai。") % {"zone": time_zone}, field="time_zone")
    with transaction.atomic():
        if is_default:
            WorkingCalendar.objects.filter(is_default=True).update(is_default=False)
        try:
            with transaction.atomic():
                calendar = WorkingCalendar.objects.create(
                    code=code, name=name.strip(), time_zone=time_zone, is_default=is_default
                )
        except IntegrityError:
            raise Conflict(_("编码“%(code)s”已被使用，请换一个。") % {"code": code}, field="code") from None
        _replace_week(calendar, week)
        auditing.record(
            actor=actor,
            action="calendars.calendar:create",
            target=f"calendars.calendar:{calendar.pk}",
            after={"code": code, "name": name, "time_zone": time_zone, "week": _plain(week)},
        )
    return calendar


def set_week(*, actor: Actor, calendar_id: int, week: Week, expected_version: int | None = None) -> WorkingCalendar:
    """Replace the weekly hours. Raises ``Conflict`` when somebody changed the calendar since it was read."""
    access.authorise(actor, CHANGE)
    with transaction.atomic():
        calendar = _locked(calendar_id, expected_version)
        before = _week_of(calendar)
        _replace_week(calendar, week)
        _touch(calendar)
        auditing.record(
            actor=actor,
            action="calendars.calendar:set_week",
            target=f"calendars.calendar:{calendar.pk}",
            before={"week": before},
            after={"week": _plain(week)},
        )
    return calendar


def set_day(
    *,
    actor: Actor,
    calendar_id: int,
    day: date,
    kind: DayKind,
    periods: Sequence[Period] = (),
    name: str = "",
    expected_version: int | None = None,
) -> SpecialDay:
    """Arrange one day: closed (holiday), worked like a Monday unless ``periods`` say otherwise (make-up), or special."""
    access.authorise(actor, CHANGE)
    with transaction.atomic():
        calendar = _locked(calendar_id, expected_version)
        if kind is DayKind.MAKE_UP and not periods:
            periods = _monday(calendar)
        if kind is DayKind.HOLIDAY:
            periods = ()
        elif not periods:
            raise InvalidInput(_("请填写当天的服务时段，例如 09:00-18:00。"), field="periods")
        _check(periods)
        before = SpecialDay.objects.filter(calendar=calendar, day=day).first()
        row, _created = SpecialDay.objects.update_or_create(
            calendar=calendar,
            day=day,
            defaults={
                "kind": kind,
                "name": name.strip()[:40],
                "periods": [list(p) for p in sorted(periods)],
                "is_public": False,
            },
        )
        _touch(calendar)
        auditing.record(
            actor=actor,
            action="calendars.calendar:set_day",
            target=f"calendars.calendar:{calendar.pk}",
            before={"day": str(day), "kind": before.kind, "periods": before.periods} if before else None,
            after={"day": str(day), "kind": row.kind, "periods": row.periods},
        )
    return row


def clear_day(*, actor: Actor, calendar_id: int, day: date, expected_version: int | None = None) -> None:
    """Let a day follow its weekday again; nothing happens when it does already."""
    access.authorise(actor, CHANGE)
    with transaction.atomic():
        calendar = _locked(calendar_id, expected_version)
        row = SpecialDay.objects.filter(calendar=calendar, day=day).first()
        if row is None:
            return
        before = {"day": str(day), "kind": row.kind, "periods": row.periods}
        row.delete()
        _touch(calendar)
        auditing.record(
            actor=actor,
            action="calendars.calendar:clear_day",
            target=f"calendars.calendar:{calendar.pk}",
            before=before,
        )


def load_public_holidays(*, actor: Actor, calendar_id: int, year: int) -> int:
    """Enter the public holidays and make-up days of a year in China; answers how many days were set.

    Days that people arranged stay as they are. Raises ``InvalidInput`` for a year that has not been announced.
    """
    access.authorise(actor, CHANGE)
    days = public.days_of(year)
    if not days:
        first, last = public.known_years()
        raise InvalidInput(
            _("%(year)s 年的放假安排尚未收录（现有 %(first)s–%(last)s 年），请逐日设置或升级后再试。")
            % {"year": year, "first": first, "last": last},
            field="year",
        )
    with transaction.atomic():
        calendar = _locked(calendar_id, None)
        SpecialDay.objects.filter(calendar=calendar, day__year=year, is_public=True).delete()
        arranged = set(SpecialDay.objects.filter(calendar=calendar, day__year=year).values_list("day", flat=True))
        monday = [list(p) for p in _monday(calendar)]
        rows = [
            SpecialDay(
                calendar=calendar,
                day=entry.day,
                kind=DayKind.MAKE_UP if entry.is_worked else DayKind.HOLIDAY,
                name=entry.name,
                periods=monday if entry.is_worked else [],
                is_public=True,
            )
            for entry in days
            if entry.day not in arranged
        ]
        SpecialDay.objects.bulk_create(rows)
        _touch(calendar)
        auditing.record(
            actor=actor,
            action="calendars.calendar:load_public_holidays",
            target=f"calendars.calendar:{calendar.pk}",
            after={"year": year, "days": len(rows)},
        )
    return len(rows)


def _locked(calendar_id: int, expected_version: int | None) -> WorkingCalendar:
    calendar = WorkingCalendar.objects.select_for_update().filter(pk=calendar_id).first()
    if calendar is None:
        raise NotFound(_("没有这个工作日历。"))
    if expected_version is not None and calendar.version != expected_version:
        raise Conflict(_("工作日历刚被别人修改过，请刷新后再改。"))
    return calendar


def _touch(calendar: WorkingCalendar) -> None:
    calendar.version += 1
    calendar.save(update_fields=["version", "updated_at"])


def _replace_week(calendar: WorkingCalendar, week: Week) -> None:
    for weekday, periods in week.items():
        if not 0 <= weekday <= 6:
            raise InvalidInput(_("星期只能是 0（周一）到 6（周日）。"), field="week")
        _check(periods)
    calendar.periods.all().delete()
    WeeklyPeriod.objects.bulk_create(
        WeeklyPeriod(calendar=calendar, weekday=weekday, opens_minute=opens, closes_minute=closes)
        for weekday, periods in sorted(week.items())
        for opens, closes in sorted(periods)
    )


def _check(periods: Sequence[Period]) -> None:
    wrong = rules.check_periods(periods)
    if wrong == "overlap":
        raise InvalidInput(_("同一天的时段不能重叠。"), field="periods")
    if wrong:
        raise InvalidInput(_("时段须在 00:00 到 24:00 之间，且开始早于结束。"), field="periods")


def _monday(calendar: WorkingCalendar) -> list[Period]:
    return [(p.opens_minute, p.closes_minute) for p in calendar.periods.filter(weekday=0)]


def _week_of(calendar: WorkingCalendar) -> dict[str, list[list[int]]]:
    found: dict[str, list[list[int]]] = {}
    for period in calendar.periods.all():
        found.setdefault(str(period.weekday), []).append([period.opens_minute, period.closes_minute])
    return found


def _plain(week: Week) -> dict[str, list[list[int]]]:
    return {str(weekday): [list(p) for p in sorted(periods)] for weekday, periods in sorted(week.items())}
