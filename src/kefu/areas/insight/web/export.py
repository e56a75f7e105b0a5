"""The whole answer of a report as a workbook, through the product's one export path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from kefu.areas.insight import permissions
from kefu.areas.insight.queries import Line, Report
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.kernel.metrics import Unit
from kefu.platform.access import services as access_services
from kefu.platform.imports import export
from kefu.platform.metrics import catalogue
from kefu.platform.params import queries as params

FORMATS = ("xlsx", "csv")


def response(viewer: Actor, code: str, title: str, wanted: str, report: Report) -> HttpResponse:
    """The report as a file: values, and for each ratio its numerator and denominator, so that sums stay possible.

    Raises ``Denied`` without the right to export, ``InvalidInput`` for another format or too many rows.
    """
    access_services.authorise(viewer, permissions.EXPORT_REPORT)
    if wanted not in FORMATS:
        raise InvalidInput(_("只能导出为 xlsx 或 csv"), field="export")
    limit = int(params.value(export.ROW_LIMIT))
    if report.count > limit:
        raise InvalidInput(
            _("报表超过 %(limit)s 行，不能一次导出。请缩小日期范围或减少拆分后再导出。") % {"limit": limit},
            field="export",
            code="export_too_large",
        )
    question = report.question
    columns = [catalogue.dimension_label(dimension) for dimension in question.by]
    for metric in question.metrics:
        columns.append(str(metric.name) + (_("（秒）") if metric.unit is Unit.SECONDS else ""))
        if metric.denominator:
            columns += [_("%(name)s 分子") % {"name": metric.name}, _("%(name)s 分母") % {"name": metric.name}]
        if question.before:
            columns.append(_("%(name)s 对比期") % {"name": metric.name})
    rows = list(_rows(report))
    write = export.to_csv if wanted == "csv" else export.to_xlsx
    content = write(columns, rows)
    auditing.record(
        actor=viewer,
        action="insight.report:export",
        target=f"insight.report:{code}",
        after={
            "format": wanted,
            "rows": len(rows),
            "metrics": [m.code for m in question.metrics],
            "by": list(question.by),
            "start": question.period.start.isoformat(),
            "end": question.period.end.isoformat(),
        },
    )
    return export.file_response(content, title, wanted)


def _rows(report: Report) -> Iterator[list[Any]]:
    for line in report.lines:
        yield [*line.labels, *_values(report, line)]
    width = len(report.question.by)
    total = Line((), (_("合计"), *[""] * (width - 1)) if width else (), report.totals)
    yield [*total.labels, *_values(report, total)]


def _values(report: Report, line: Line) -> Iterator[Any]:
    for cell in line.cells:
        row, before = cell.row, cell.before
        yield round(row.value, 6) if row and row.value is not None else None
        if cell.metric.denominator:
            yield row.numerator if row else None
            yield row.denominator if row else None
        if report.question.before:
            yield round(before.value, 6) if before and before.value is not None else None
