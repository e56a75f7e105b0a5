"""The lines of a report as HTML. Written here and not in the template: a line has up to 14 cells, a page 100 lines."""

from __future__ import annotations

from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kefu.areas.insight.queries import Report
from kefu.areas.insight.queries.reports import Cell
from kefu.platform.metrics import wording
from kefu.platform.webui import formats
from kefu.platform.webui.templatetags import kit


def lines(report: Report) -> list[SafeString]:
    """The rows of the report's table: what they are about, then a cell per metric."""
    marks = {"bad": _mark("circle-x", _("未达标")), "warn": _mark("triangle-alert", _("关注"))}
    found = []
    compared = report.question.before is not None
    for line in report.lines:
        first, *others = map(escape, line.labels)
        parts = [f'<tr><th scope="row">{first}</th>']
        parts += (f'<td class="ui-nowrap">{label}</td>' for label in others)
        for cell in line.cells:
            parts += (_opening(cell), number(cell), marks.get(cell.tone, ""))
            if compared:
                parts.append(f"<br>{kit.delta(cell.change, cell.good, cell.change_kind)}")
            parts += (_sample(cell, report.is_person), "</td>")
        parts.append("</tr>")
        found.append(SafeString("".join(parts)))
    return found


def number(cell: Cell) -> str:
    """The value, leading to the rows behind it where there are any."""
    text = escape(cell.text)
    if cell.url and cell.row is not None and cell.row.n:
        return f'<a class="ui-report-num" href="{escape(cell.url)}">{text}</a>'
    return text


def _opening(cell: Cell) -> str:
    thin = " ui-report-thin" if cell.is_thin else ""
    tone = f' data-tone="{cell.tone}"' if cell.tone in {"warn", "bad"} else ""
    return f'<td class="ui-num{thin}"{tone}>'


def _mark(icon: str, name: str) -> str:
    return f" {kit.icon(icon, name, 'ui-report-mark')}"


def _sample(cell: Cell, is_person: bool) -> str:
    """How many cases a rate about a person rests on, and how far it may be off."""
    if cell.row is None:
        return ""
    n = escape(wording.sample(cell.metric, cell.row.n))
    if cell.interval:
        low, high = (formats.percent(bound, 0) for bound in cell.interval)
        return f'<br><small class="ui-muted">{n} · {low}–{high}</small>'
    return f'<br><small class="ui-muted">{n}</small>' if is_person and cell.metric.denominator else ""
