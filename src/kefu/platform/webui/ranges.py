"""The time range that reports share: presets, own dates, and what to compare with. State in the URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from kefu.kernel.errors import InvalidInput

PRESETS = ("today", "yesterday", "this_week", "last_week", "this_month", "last_month")
COMPARISONS = ("day", "week", "year")


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Local days, ``start`` included, ``end`` excluded; ``compare`` is ``""``, ``day``, ``week`` or ``year``."""

    start: date
    end: date
    preset: str
    compare: str = ""

    @property
    def last(self) -> date:
        """The last day inside."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.end - self.start).days

    @property
    def other(self) -> TimeRange | None:
        """The range to compare with: as many days, one day, one week or one year earlier."""
        if not self.compare:
            return None
        if self.compare == "year":
            start = _year_before(self.start)
            return TimeRange(start, start + timedelta(days=self.days), "custom")
        back = timedelta(days=1 if self.compare == "day" else 7)
        return TimeRange(self.start - back, self.end - back, "custom")

    @property
    def label(self) -> str:
        """``2026-11-20`` or ``2026-11-16 – 2026-11-22``."""
        return self.start.isoformat() if self.days == 1 else f"{self.start.isoformat()} – {self.last.isoformat()}"

    @property
    def parameters(self) -> dict[str, str]:
        """The URL parameters that lead back to this range."""
        given = {"range": self.preset}
        if self.preset == "custom":
            given |= {"from": self.start.isoformat(), "to": self.last.isoformat()}
        if self.compare:
            given["compare"] = self.compare
        return given


def preset_range(preset: str, today: date) -> tuple[date, date]:
    """Start and (excluded) end of a preset; weeks begin on Monday; present periods run to today."""
    tomorrow = today + timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    return {
        "today": (today, tomorrow),
        "yesterday": (today - timedelta(days=1), today),
        "this_week": (monday, tomorrow),
        "last_week": (monday - timedelta(days=7), monday),
        "this_month": (first, tomorrow),
        "last_month": ((first - timedelta(days=1)).replace(day=1), first),
    }[preset]


def read_range(query: Mapping[str, str], today: date, *, default: str = "today", max_days: int = 400) -> TimeRange:
    """The range that the URL asks for; raises ``InvalidInput`` with a message for people."""
    compare = query.get("compare", "")
    if compare and compare not in COMPARISONS:
        raise InvalidInput(_("没有这种对比方式，请重新选择"), field="compare")
    preset = query.get("range", "") or ("custom" if query.get("from") or query.get("to") else default)
    if preset in PRESETS:
        start, end = preset_range(preset, today)
        return TimeRange(start, end, preset, compare)
    if preset != "custom":
        raise InvalidInput(_("没有这个时间范围，请重新选择"), field="range")
    first = _day(query.get("from", ""), "from") or _day(query.get("to", ""), "to") or today
    last = _day(query.get("to", ""), "to") or first
    if first > last:
        raise InvalidInput(_("开始日期晚于结束日期，请对调"), field="from")
    if (last - first).days >= max_days:
        raise InvalidInput(_("最多查询 %(n)s 天，请缩小范围") % {"n": max_days}, field="to")
    return TimeRange(first, last + timedelta(days=1), "custom", compare)


def preset_labels() -> list[tuple[str, str]]:
    """The presets in words."""
    words = (_("今天"), _("昨天"), _("本周"), _("上周"), _("本月"), _("上月"))
    return list(zip(PRESETS, words, strict=True))


def comparison_labels() -> list[tuple[str, str]]:
    """The comparisons in words."""
    return [("", _("不对比")), ("day", _("对比前一日")), ("week", _("对比前一周")), ("year", _("对比前一年"))]


def _day(text: str, field: str) -> date | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = date.min
    if not 1900 <= day.year <= 9000:
        raise InvalidInput(_("“%(text)s”不是日期，请写成 2026-11-20") % {"text": text[:20]}, field=field)
    return day


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
