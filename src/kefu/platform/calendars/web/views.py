"""The calendar pages: the list, a year month by month, the week, one day."""

from __future__ import annotations

import calendar as months
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kefu.kernel import clock
from kefu.kernel.errors import InvalidInput, KefuError, NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import has_permission
from kefu.platform.calendars import periods, permissions, public, queries, services
from kefu.platform.calendars.choices import DayKind
from kefu.platform.calendars.models import WorkingCalendar
from kefu.platform.calendars.rules import Schedule, is_open
from kefu.platform.calendars.web.forms import WEEKDAYS, DayForm, NewCalendarForm, WeekForm
from kefu.platform.webui.forms import form_response
from kefu.platform.webui.responses import redirect_or_hx

ACTIVE = {"active": "calendars.calendars"}


@requires(permissions.VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """All calendars with today's hours."""
    rows = list(queries.calendars())
    found = queries.schedules([row.pk for row in rows])
    now = clock.now()
    shown = []
    for row in rows:
        schedule = found[row.pk]
        today = clock.local_date(now, row.time_zone)
        shown.append((row, periods.write(schedule.periods_on(today)), is_open(schedule, now)))
    return render(
        request,
        "calendars/index.html",
        {**ACTIVE, "title": _("工作日历"), "rows": shown, "may_change": _may_change(request)},
    )


@requires(permissions.CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    """Make a calendar."""
    form = NewCalendarForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.create_calendar(
                actor=actor_of(request),
                code=given["code"],
                name=given["name"],
                time_zone=given["time_zone"],
                week=dict.fromkeys(range(5), given["workdays"]),
                is_default=given["is_default"],
            )
        except KefuError as error:
            _blame(form, error, {"periods": "workdays"})
        else:
            return redirect_or_hx(request, reverse("calendars:calendar", args=[made.pk]), text=_("已新建工作日历"))
    return form_response(
        request,
        form,
        "calendars/form.html",
        {**ACTIVE, "title": _("新建工作日历"), "back": reverse("calendars:calendars")},
    )


@requires(permissions.VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A year, month by month, beside the week."""
    row = _calendar(pk)
    today = clock.local_date(clock.now(), row.time_zone)
    year = _year(request, today)
    first, last = public.known_years()
    schedule = queries.schedule(row.pk)
    return render(
        request,
        "calendars/calendar.html",
        {
            **ACTIVE,
            "title": row.name,
            "calendar": row,
            "year": year,
            "may_change": _may_change(request),
            "months": _months(row, schedule, year, today),
            "week": _week(schedule),
            "weekdays": WEEKDAYS,
            "is_known": first <= year <= last,
            "kinds": [(kind.label, kind.value) for kind in DayKind],
        },
    )


@requires(permissions.CHANGE)
def week(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the weekly hours."""
    row = _calendar(pk)
    initial = {f"day{weekday}": text for weekday, (_label, text) in enumerate(_week(queries.schedule(pk)))}
    form = WeekForm(request.POST or None, initial={**initial, "version": row.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.set_week(
                actor=actor_of(request),
                calendar_id=pk,
                week={weekday: given[f"day{weekday}"] for weekday in range(7)},
                expected_version=given["version"],
            )
        except KefuError as error:
            _blame(form, error)
        else:
            return redirect_or_hx(request, reverse("calendars:calendar", args=[pk]), text=_("已保存每周时段"))
    back = reverse("calendars:calendar", args=[pk])
    return form_response(
        request, form, "calendars/form.html", {**ACTIVE, "title": _("修改每周时段"), "calendar": row, "back": back}
    )


@requires(permissions.CHANGE)
def day(request: HttpRequest, pk: int, day: date) -> HttpResponse:
    """Arrange one day."""
    row = _calendar(pk)
    special = queries.special_days(row, day, day).get(day)
    initial: dict[str, object] = {"version": row.version}
    if special is not None:
        initial |= {"kind": special.kind, "name": special.name, "hours": periods.write(special.periods)}
    form = DayForm(request.POST or None, initial=initial)
    back = f"{reverse('calendars:calendar', args=[pk])}?year={day.year}"
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actor, version = actor_of(request), given["version"]
        try:
            if not given["kind"]:
                services.clear_day(actor=actor, calendar_id=pk, day=day, expected_version=version)
            else:
                services.set_day(
                    actor=actor,
                    calendar_id=pk,
                    day=day,
                    kind=DayKind(given["kind"]),
                    periods=given["hours"],
                    name=given["name"],
                    expected_version=version,
                )
        except KefuError as error:
            _blame(form, error, {"periods": "hours"})
        else:
            return redirect_or_hx(request, back, text=_("已保存 %(day)s 的安排") % {"day": day.isoformat()})
    title = _("安排 %(day)s（%(weekday)s）") % {"day": day.isoformat(), "weekday": WEEKDAYS[day.weekday()]}
    return form_response(
        request, form, "calendars/form.html", {**ACTIVE, "title": title, "calendar": row, "back": back}
    )


@requires(permissions.CHANGE)
@require_POST
def load(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the public holidays of a year."""
    row = _calendar(pk)
    today = clock.local_date(clock.now(), row.time_zone)
    year = _year(request, today)
    count = services.load_public_holidays(actor=actor_of(request), calendar_id=pk, year=year)
    text = _("已载入 %(year)s 年的 %(count)s 个放假与调休日") % {"year": year, "count": count}
    return redirect_or_hx(request, f"{reverse('calendars:calendar', args=[pk])}?year={year}", text=text)


def _calendar(pk: int) -> WorkingCalendar:
    row = queries.calendars().filter(pk=pk).first()
    if row is None:
        raise NotFound(_("没有这个工作日历。"))
    return row


def _year(request: HttpRequest, today: date) -> int:
    text = request.POST.get("year") or request.GET.get("year") or str(today.year)
    if not text.isdecimal() or not 1990 <= int(text) <= 2100:
        raise InvalidInput(_("年份须在 1990 到 2100 之间。"), field="year")
    return int(text)


def _may_change(request: HttpRequest) -> bool:
    return has_permission(actor_of(request), permissions.CHANGE)


def _week(schedule: Schedule) -> list[tuple[Any, str]]:
    return [(label, periods.write(schedule.weekly[weekday])) for weekday, label in enumerate(WEEKDAYS)]


def _months(
    row: WorkingCalendar, schedule: Schedule, year: int, today: date
) -> list[tuple[int, list[list[dict[str, Any]]]]]:
    special = queries.special_days(row, date(year, 1, 1) - timedelta(7), date(year, 12, 31) + timedelta(7))
    grid = []
    for month in range(1, 13):
        weeks = [
            [
                {
                    "day": each,
                    "outside": each.month != month,
                    "hours": periods.write(schedule.periods_on(each)),
                    "special": special.get(each),
                    "is_today": each == today,
                }
                for each in line
            ]
            for line in months.Calendar().monthdatescalendar(year, month)
        ]
        grid.append((month, weeks))
    return grid


def _blame(form: Any, error: KefuError, rename: dict[str, str] | None = None) -> None:
    field = (rename or {}).get(error.field, error.field)
    form.add_error(field if field in form.fields else None, str(error.message))
