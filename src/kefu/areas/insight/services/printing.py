"""The files of a report: PDF and workbook, in the active language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kefu.areas.insight.adapters import paper
from kefu.areas.insight.models import MadeReport
from kefu.areas.insight.queries import report_words as words
from kefu.areas.insight.queries.report_documents import Document, Table, document
from kefu.kernel import clock
from kefu.platform.imports import export

FORMATS = {
    "percent": "0.0%",
    "seconds": "0.0",
    "count": "#,##0",
    "hours": "#,##0.0",
    "per_hour": "0.00",
    "ratio": "0.00",
}


def pdf_of(report: MadeReport, *, receiver: str) -> bytes:
    """The report on paper; where it names agents every page bears its receiver."""
    context = {
        "doc": document(report, paper=True),
        "report": report,
        "receiver": receiver if report.has_people else "",
        "printed_at": timezone.localtime(clock.now()),
        "language": get_language() or "zh-hans",
    }
    return paper.to_pdf(render_to_string("insight/made/paper.html", context))


def xlsx_of(report: MadeReport) -> bytes:
    """The report as a workbook: numbers as numbers, a sheet for each part."""
    doc = document(report)
    return export.to_book(_sheets(doc))


def file_name(report: MadeReport, ending: str) -> str:
    """``星河客服中心 月报 2026-10 v1.pdf``."""
    return f"{document_title(report)} v{report.number}.{ending}"


def document_title(report: MadeReport) -> str:
    """Unit, cadence and period in the active language."""
    return f"{words.scope_name(report.snapshot)} {report.get_cadence_display()} {words.period_name(report.snapshot)}"


def _sheets(doc: Document) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
    report = doc.report
    about: list[list[Any]] = [
        [_("报告"), doc.title],
        [_("周期"), doc.period],
        [_("天数"), doc.days],
        [_("版本"), report.number],
        [_("状态"), str(report.state_choice.label)],
        [_("生成时间"), report.made_at],
        [_("数据完整"), _("是") if report.is_complete else _("否")],
        [_("内容摘要 SHA-256"), report.digest],
    ]
    about += [[_("要点"), text] for text in doc.summary]
    about += [[_("数据不完整"), text] for text in doc.gaps]
    about += [[comment["label"], comment["text"]] for comment in doc.comments if comment["text"]]
    yield _("概要"), [_("项目"), _("内容")], about
    yield doc.headline.title, doc.headline.heads, _cells(doc.headline)
    for table in doc.tables:
        yield table.title, table.heads, _cells(table)
    yield _("走势"), *_course(report)
    if doc.heat:
        yield _("时段分布"), *_hours(report)
    yield _("变化来源"), *_changes(report)
    told = [[item["at"], item["text"]] for item in doc.exceptions] + [["", text] for text in doc.records]
    if told:
        yield _("记录与异常"), [_("时间"), _("内容")], told
    yield (
        _("指标口径"),
        [_("指标"), _("公式"), _("代码")],
        [[d["name"], d["formula"], d["code"]] for d in doc.definitions],
    )


def _cells(table: Table) -> list[list[Any]]:
    return [[_plain(cell) for cell in line] for line in table.lines]


def _plain(cell: dict[str, Any]) -> Any:
    if "raw" in cell:
        return export.Formatted(cell["raw"], FORMATS.get(cell["unit"], "General"))
    return cell["text"]


def _course(report: MadeReport) -> tuple[list[str], list[list[Any]]]:
    snapshot = report.snapshot
    series = snapshot["series"]
    volume, key = words.metric_of(snapshot, snapshot["volume"]), words.metric_of(snapshot, snapshot["key"])
    heads = [
        _("时段"),
        str(volume.name if volume else ""),
        _("其中放弃"),
        str(key.name if key else ""),
        _("分子"),
        _("分母"),
    ]
    return heads, [
        [name, point["volume"], point["lost"], _ratio(key, point), *point["ratio"]]
        for name, point in zip(series["keys"], series["now"], strict=True)
    ]


def _hours(report: MadeReport) -> tuple[list[str], list[list[Any]]]:
    snapshot = report.snapshot
    heat = snapshot["heat"]
    key = words.metric_of(snapshot, snapshot["key"])
    volume = words.metric_of(snapshot, snapshot["volume"])
    heads = [
        _("行"),
        _("小时"),
        _("天数"),
        str(volume.name if volume else ""),
        str(key.name if key else ""),
        _("分子"),
        _("分母"),
    ]
    lines = []
    for line in heat["lines"]:
        name = line["name"] if heat["by"] == "queue" else words.weekday(line["name"])
        for hour, cell in zip(heat["hours"], line["cells"], strict=True):
            lines.append([name, hour, line["days"], cell["volume"], _ratio(key, cell), *cell["ratio"]])
    return heads, lines


def _changes(report: MadeReport) -> tuple[list[str], list[list[Any]]]:
    snapshot = report.snapshot
    labels = {"queue": _("技能队列"), "site": _("职场"), "team": _("班组"), "hour": _("时段")}
    heads = [
        _("维度"),
        _("成员"),
        _("对比期分子"),
        _("对比期分母"),
        _("本期分子"),
        _("本期分母"),
        _("自身影响"),
        _("占比影响"),
        _("合计影响"),
    ]
    lines = []
    for by, kinds in snapshot["changes"].get("by", {}).items():
        for part in kinds["ratio"]:
            amounts = [export.Formatted(part[k], "0.0000") for k in ("rate", "mix")]
            total = export.Formatted(part["rate"] + part["mix"], "0.0000")
            lines.append([labels[by], words.part_name(part, by), *part["before"], *part["after"], *amounts, total])
    return heads, lines


def _ratio(key: Any, point: dict[str, Any]) -> Any:
    top, bottom = point["ratio"]
    if key is None or not bottom:
        return None
    return export.Formatted(top / bottom * key.scale, FORMATS.get(key.unit.value, "General"))
