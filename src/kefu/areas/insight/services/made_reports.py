"""Making, commenting, reviewing, archiving and correcting reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from kefu.areas.insight import permissions
from kefu.areas.insight.choices import Cadence, ReportState
from kefu.areas.insight.engine import report_periods
from kefu.areas.insight.models import MadeReport, ReportPlan
from kefu.areas.insight.queries import gathering
from kefu.areas.insight.queries import report_words as words
from kefu.areas.insight.queries.made_reports import digest_of, reaches
from kefu.areas.insight.queries.report_documents import COMMENTED
from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotFound, RuleBroken
from kefu.platform.access import queries as access
from kefu.platform.access.models import ScopeNode
from kefu.platform.notify.services import notify

MADE_NOTICE = "insight.report_made"
LONGEST_COMMENT = 4000


def make_report(
    *, actor: Actor, plan_id: int, starts_on: date, node_id: int | None, by_user_id: int | None = None
) -> MadeReport:
    """The report of the plan for that period and unit; the one that stands when it was made already.

    Raises ``RuleBroken`` for a period that has not begun.
    """
    authorise_on(actor, permissions.MAKE_REPORT, node_id)
    with transaction.atomic():
        plan = ReportPlan.objects.select_for_update(of=("self",)).get(pk=plan_id)
        start, end = report_periods.containing(plan.cadence, starts_on)
        known = _latest(plan, node_id, start)
        if known is not None:
            return known
        return _write(actor, plan, start, end, node_id, number=1, reason="", by_user_id=by_user_id)


def correct_report(*, actor: Actor, report_id: int, reason: str) -> MadeReport:
    """A further version with today's numbers; comments are taken over. The earlier version stays as it is."""
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("请写明更正原因。"), field="reason")
    if len(reason) > 200:
        raise InvalidInput(_("原因最多 200 个字。"), field="reason")
    with transaction.atomic():
        report = locked_report(report_id)
        authorise_on(actor, permissions.MAKE_REPORT, report.node_id)
        if not report.is_latest:
            raise RuleBroken(_("已有更新的版本，请在最新版本上更正。"), code="not_latest")
        MadeReport.objects.filter(pk=report.pk).update(is_latest=False)
        return _write(
            actor, report.plan, report.starts_on, report.ends_on, report.node_id,
            number=report.number + 1, reason=reason, comments=report.comments,
        )  # fmt: skip


def save_comments(*, actor: Actor, report_id: int, comments: Mapping[str, str], lock: int | None = None) -> MadeReport:
    """What people say to the numbers. A reviewed report goes back to be reviewed again; a sent one is closed."""
    said = {code: str(comments[code]).strip() for code in COMMENTED if code in comments}
    too_long = {
        code: _("最多 %(n)s 个字。") % {"n": LONGEST_COMMENT}
        for code, text in said.items()
        if len(text) > LONGEST_COMMENT
    }
    if too_long:
        raise InvalidInput(_("点评没有保存，请缩短标红的几项。"), errors=too_long)
    with transaction.atomic():
        report = locked_report(report_id)
        authorise_on(actor, permissions.REVIEW_REPORT, report.node_id)
        if not report.is_open:
            raise RuleBroken(_("报告已经发送或归档，不能再改点评；需要更正时请生成新版本。"), code="report_closed")
        if lock is not None and lock != report.lock:
            raise Conflict(_("别人刚刚改过点评。请刷新后在新内容上修改。"))
        merged = {**report.comments, **said}
        merged = {code: text for code, text in merged.items() if text}
        if merged == report.comments:
            return report
        report.comments = merged
        report.digest = digest_of(report.snapshot, merged, report.number, report.reason)
        report.lock += 1
        if report.state == ReportState.REVIEWED:
            report.state = ReportState.MADE
        report.save(update_fields=["comments", "digest", "lock", "state"])
        audit_report(actor, "comment", report, {"changed": sorted(said), "digest": report.digest})
    return report


def review_report(*, actor: Actor, report_id: int) -> MadeReport:
    """Say that the report may go out."""
    with transaction.atomic():
        report = locked_report(report_id)
        authorise_on(actor, permissions.REVIEW_REPORT, report.node_id)
        if report.state != ReportState.MADE:
            raise RuleBroken(_("这份报告已经审核过。"), code="report_reviewed")
        report.state, report.reviewed_at, report.reviewed_by_id = ReportState.REVIEWED, clock.now(), actor.user_id
        report.lock += 1
        report.save(update_fields=["state", "reviewed_at", "reviewed_by", "lock"])
        audit_report(actor, "review", report, {"digest": report.digest})
    return report


def archive_report(*, actor: Actor, report_id: int) -> MadeReport:
    """Close the report for good: from here on the database refuses every change."""
    with transaction.atomic():
        report = locked_report(report_id)
        authorise_on(actor, permissions.REVIEW_REPORT, report.node_id)
        if report.state == ReportState.MADE:
            raise RuleBroken(_("报告还没有审核，不能归档。"), code="report_not_reviewed")
        if report.state == ReportState.ARCHIVED:
            return report
        report.state, report.archived_at = ReportState.ARCHIVED, clock.now()
        report.save(update_fields=["state", "archived_at"])
        audit_report(actor, "archive", report, {"digest": report.digest})
    return report


def take_report(*, actor: Actor, report: MadeReport, ending: str) -> None:
    """Check that the report may be taken along as a file, and write it down."""
    authorise_on(actor, permissions.TAKE_REPORT, report.node_id)
    audit_report(actor, "export", report, {"format": ending})


def _write(
    actor: Actor, plan: ReportPlan, start: date, end: date, node_id: int | None, *, number: int, reason: str,
    comments: Mapping[str, str] | None = None, by_user_id: int | None = None,
) -> MadeReport:  # fmt: skip
    now = clock.now()
    if start > timezone.localdate(now):
        raise RuleBroken(_("这个周期还没有开始，没有数据可以汇总。"), code="period_ahead")
    node = ScopeNode.objects.get(pk=node_id) if node_id is not None else None
    snapshot = gathering.gather(
        cadence=plan.cadence, start=start, end=end, node=node, has_people=plan.has_people, now=now
    )
    said = dict(comments or {})
    with override(plan.language):
        title = f"{words.scope_name(snapshot)} {Cadence(plan.cadence).label} {words.period_name(snapshot)}"
    report = MadeReport.objects.create(
        plan=plan, cadence=plan.cadence, node=node, title=title[:120], language=plan.language, starts_on=start,
        ends_on=end, number=number, reason=reason, snapshot=snapshot, comments=said, has_people=plan.has_people,
        is_complete=snapshot["is_complete"], digest=digest_of(snapshot, said, number, reason), made_at=now,
        made_by_id=by_user_id or actor.user_id,
    )  # fmt: skip
    audit_report(actor, "correct" if number > 1 else "make", report, {"digest": report.digest}, reason=reason)
    _ask_for_review(report, now)
    return report


def _ask_for_review(report: MadeReport, now: datetime) -> None:
    holders = access.holders_of(permissions.REVIEW_REPORT, node_id=report.node_id, at=now)
    notify(
        users=holders,
        kind=MADE_NOTICE,
        title=gettext_lazy("待审核：%(title)s（第 %(number)s 版）"),
        params={"title": report.title, "number": report.number},
        url=f"/made-reports/{report.uid}/",
        dedupe_key=f"insight.report_made:{report.uid}",
        origin=f"insight.made_report:{report.uid}",
    )


def _latest(plan: ReportPlan, node_id: int | None, start: date) -> MadeReport | None:
    rows = MadeReport.objects.filter(plan=plan, starts_on=start, is_latest=True)
    return (rows.filter(node_id=node_id) if node_id is not None else rows.filter(node__isnull=True)).first()


def locked_report(report_id: int) -> MadeReport:
    """The report, held until the end of the transaction."""
    report = (
        MadeReport.objects.select_for_update(of=("self",)).select_related("plan", "node").filter(pk=report_id).first()
    )
    if report is None:
        raise NotFound(_("没有这份报告。"))
    return report


def authorise_on(actor: Actor, permission: str, node_id: int | None) -> None:
    """Refuse whoever does not hold the permission on the unit; the whole centre (``None``) needs everything."""
    if not reaches(actor, permission, node_id):
        raise Denied(_("您无权对这个范围的报告做此操作。"))


def audit_report(actor: Actor, verb: str, report: MadeReport, after: dict[str, Any], *, reason: str = "") -> None:
    """Write down who did what to the report."""
    auditing.record(
        actor=actor,
        action=f"insight.made_report:{verb}",
        target=f"insight.made_report:{report.uid}",
        after={"number": report.number, "state": str(report.state), **after},
        reason=reason,
        node_id=report.node_id,
    )
