"""The pages about all: staff structure, who led what on a day, everything that moved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kefu.areas.people import permissions, queries
from kefu.areas.people.choices import Education, EmploymentType, Gender
from kefu.areas.people.engine.structure import AGES, TENURES
from kefu.areas.people.web.act import day_of, number_of
from kefu.areas.people.web.forms import unit_choices
from kefu.kernel import auditing
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import scope_for
from kefu.platform.access.services.tree import today
from kefu.platform.imports.export import file_response, to_xlsx

ACTIVE = "people.structure"


@requires(permissions.STRUCTURE_VIEW)
def structure(request: HttpRequest) -> HttpResponse:
    """Headcount, age, education, tenure, intake and people given, of a unit on any day; ``?export=xlsx``."""
    actor, day = actor_of(request), day_of(request)
    scope = scope_for(actor, permissions.STRUCTURE_VIEW)
    choices = [(pk, name) for pk, name in unit_choices(actor) if scope.covers_node(int(pk))]
    wanted = number_of(request, "unit") or (int(choices[0][0]) if choices else 0)
    report = queries.structure_report(actor, wanted, day) if wanted else None
    if report is not None and request.GET.get("export") == "xlsx":
        return _exported(request, report)
    context = {
        "active": ACTIVE,
        "title": _("人员结构"),
        "units": choices,
        "unit": str(wanted),
        "day": day,
        "is_today": day == today(),
        "report": report,
        "charts": _charts(report) if report else [],
    }
    return render(request, "people/structure.html", context)


def _charts(report: queries.StructureReport) -> list[tuple[str, dict[str, Any]]]:
    """(title, chart) of the unit's bands."""
    found = report.whole.structure

    def bars(labels: list[str], counts: list[int]) -> dict[str, Any]:
        return {"x": labels, "series": [{"name": _("人数"), "data": counts, "type": "bar"}], "unit": "number"}

    educations = [*Education.choices, ("", _("未填写"))]
    genders = [*Gender.choices, ("", _("未填写"))]
    types = list(EmploymentType.choices)
    return [
        (_("年龄"), bars(age_labels(), [found.ages[i] for i in range(len(AGES))])),
        (_("司龄"), bars(tenure_labels(), [found.tenures[i] for i in range(len(TENURES))])),
        (_("学历"), bars([str(label) for _c, label in educations], [found.educations[c] for c, _l in educations])),
        (_("用工形式"), bars([str(label) for _c, label in types], [found.types[c] for c, _l in types])),
        (_("性别"), bars([str(label) for _c, label in genders], [found.genders[c] for c, _l in genders])),
    ]


def age_labels() -> list[str]:
    """The names of the age bands."""
    last = len(AGES) - 1
    return [
        _("24 岁及以下") if i == 0 else _("%(low)d 岁及以上") % {"low": low} if i == last else _("%(low)d–%(high)d 岁") % {"low": low, "high": high}
        for i, (low, high) in enumerate(AGES)
    ]  # fmt: skip


def tenure_labels() -> list[str]:
    """The names of the bands of tenure."""
    return [_("半年以内"), _("半年到 1 年"), _("1–2 年"), _("2–3 年"), _("3–5 年"), _("5 年以上")]


def _exported(request: HttpRequest, report: queries.StructureReport) -> HttpResponse:
    columns = [
        _("单位"), _("人数"), _("平均年龄"), _("平均司龄（年）"), _("本科及以上占比"), _("一年内引进人数"), _("引进占比"), _("人才输出"),
    ]  # fmt: skip
    rows = [
        (
            part.unit.name,
            part.structure.headcount,
            _rounded(part.structure.mean_age),
            _rounded(part.structure.mean_tenure),
            _rounded(graduates(part), 4),
            part.structure.intake,
            _rounded(part.structure.intake_share, 4),
            part.given,
        )
        for part in (report.whole, *report.parts)
    ]
    auditing.record(
        actor=actor_of(request),
        action="people.structure:export",
        target=f"people.unit:{report.whole.unit.pk}",
        after={"rows": len(rows), "day": report.day.isoformat()},
        node_id=report.whole.unit.pk,
    )
    title = _("人员结构 %(unit)s %(day)s") % {"unit": report.whole.unit.name, "day": report.day.isoformat()}
    return file_response(to_xlsx(columns, rows, title=_("人员结构")), title, "xlsx")


def graduates(part: Any) -> float | None:
    """Those with a bachelor's degree or more, as a share of those whose education is known."""
    counts = part.structure.educations
    known = sum(count for code, count in counts.items() if code)
    high = sum(counts[code] for code in (Education.BACHELOR, Education.MASTER, Education.DOCTOR))
    return high / known if known else None


def _rounded(value: float | None, places: int = 1) -> float | None:
    return None if value is None else round(value, places)


@requires(permissions.UNIT_VIEW)
def leaders(request: HttpRequest) -> HttpResponse:
    """Who led each unit on a day."""
    day = day_of(request)
    context = {
        "active": "people.units",
        "title": _("任职查询"),
        "day": day,
        "is_today": day == today(),
        "rows": queries.leaders_on(actor_of(request), day),
    }
    return render(request, "people/leaders.html", context)


@requires(permissions.EMPLOYEE_VIEW)
def movements(request: HttpRequest) -> HttpResponse:
    """Joining, moving, changing post, leading, leaving between two days."""
    actor, end = actor_of(request), day_of(request, "to")
    start = day_of(request, "from") if request.GET.get("from") else end - timedelta(days=30)
    unit = number_of(request, "unit")
    context = {
        "active": "people.employees",
        "title": _("异动记录"),
        "start": min(start, end),
        "end": end,
        "units": unit_choices(actor),
        "unit": str(unit or ""),
        "rows": queries.movements(actor, min(start, end), end, unit),
    }
    return render(request, "people/movements.html", context)
