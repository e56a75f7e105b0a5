"""The step of calendars on the set-up checklist."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.kernel.actor import Actor
from kefu.platform.calendars import permissions, public
from kefu.platform.calendars.models import SpecialDay, WeeklyPeriod, WorkingCalendar
from kefu.platform.webui.checklist import STEPS, Action, Standing, Step


def _examine(viewer: Actor) -> Standing:
    default = WorkingCalendar.objects.filter(is_default=True).first()
    if default is None:
        return Standing(missing=(_("还没有默认日历：新建一个日历，设好每周的服务时间，并勾选“默认日历”。"),))
    missing = []
    if not WeeklyPeriod.objects.filter(calendar=default).exists():
        missing.append(_("“%(name)s”还没有每周服务时间。") % {"name": default.name})
    year = timezone.localdate().year
    first, last = public.known_years()
    if first <= year <= last and not SpecialDay.objects.filter(calendar=default, day__year=year).exists():
        missing.append(_("“%(name)s”还没有载入 %(year)d 年的法定节假日和调休。") % {"name": default.name, "year": year})
    return Standing(_("默认日历：%(name)s（%(zone)s）") % {"name": default.name, "zone": default.time_zone}, missing)


def register() -> None:
    """Put the step on the checklist."""
    STEPS.register(
        Step(
            "calendars.hours",
            gettext_lazy("服务时间与节假日"),
            gettext_lazy("服务时间决定服务水平和各种时限怎样计算；各职场不同时，另建日历并指定给队列。"),
            "calendar-days",
            20,
            permissions.CHANGE,
            _examine,
            (
                Action(gettext_lazy("工作日历"), "calendar-days", "calendars:calendars", permissions.VIEW),
                Action(gettext_lazy("新建日历"), "plus", "calendars:new", permissions.CHANGE),
            ),
        )
    )
