"""Sending a reviewed report: who gets a copy, a notice for each account, a mail with the PDF where there is an address."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from kefu.areas.insight import permissions
from kefu.areas.insight.choices import ReportState
from kefu.areas.insight.models import MadeReport, ReportCopy
from kefu.areas.insight.queries import report_words as words
from kefu.areas.insight.queries.made_reports import reaches
from kefu.areas.insight.services.made_reports import archive_report, audit_report, authorise_on, locked_report
from kefu.areas.insight.services.printing import document_title, file_name, pdf_of
from kefu.kernel import clock
from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import RuleBroken
from kefu.platform.access import queries as access
from kefu.platform.delivery import queries as delivery
from kefu.platform.delivery.services import send
from kefu.platform.files.models import StoredFile
from kefu.platform.files.services import store
from kefu.platform.jobs import services as jobs
from kefu.platform.notify import queries as notices
from kefu.platform.notify.services import notify
from kefu.platform.params import queries as params

SEND_JOB = "insight.send_report"
SENT_NOTICE = "insight.report_sent"
COPY_PURPOSE = "insight.report_copy"
ARCHIVE_AFTER = "insight.report_archive_days"


def send_report(*, actor: Actor, report_id: int) -> MadeReport:
    """Decide who gets a copy and have them sent. Those whose scope does not hold the unit are refused, and listed."""
    with transaction.atomic():
        report = locked_report(report_id)
        authorise_on(actor, permissions.SEND_REPORT, report.node_id)
        if report.state != ReportState.REVIEWED:
            raise RuleBroken(_("只有已审核、尚未发送的报告才能发送。"), code="report_not_reviewed")
        if not report.is_latest:
            raise RuleBroken(_("已有更新的版本，请发送最新版本。"), code="not_latest")
        now = clock.now()
        copies = [
            ReportCopy(report=report, user_id=user_id, is_refused=not _may_see(user_id, report), created_at=now)
            for user_id in _receivers(report, now)
        ]
        copies += [
            ReportCopy(report=report, token=bytes(address.token), is_refused=report.has_people, created_at=now)
            for address in report.plan.addresses.all()
        ]
        if not any(not copy.is_refused for copy in copies):
            raise RuleBroken(_("没有可以发送的收件人。请先在报告计划里添加收件人。"), code="no_receivers")
        ReportCopy.objects.bulk_create(copies)
        report.state, report.sent_at, report.sent_by_id = ReportState.SENT, now, actor.user_id
        report.save(update_fields=["state", "sent_at", "sent_by"])
        jobs.enqueue(SEND_JOB, actor=actor, title=report.title, dedupe_key=str(report.pk), report_id=report.pk)
        counts = {"copies": len(copies), "refused": sum(copy.is_refused for copy in copies)}
        audit_report(actor, "send", report, counts)
    return report


def deliver_copies(*, report_id: int) -> int:
    """Hand the copies over to notices and mail; what was handed over before is left alone. Returns how many mails."""
    report = MadeReport.objects.select_related("plan", "node").get(pk=report_id)
    copies = list(report.copies.filter(is_refused=False).select_related("user"))
    notify(
        users=[copy.user_id for copy in copies if copy.user_id],
        kind=SENT_NOTICE,
        title=gettext_lazy("运营报告：%(title)s（第 %(number)s 版）"),
        params={"title": report.title, "number": report.number},
        url=f"/made-reports/{report.uid}/",
        dedupe_key=f"insight.report_sent:{report.uid}",
        origin=f"insight.made_report:{report.uid}",
    )
    if not delivery.is_configured("mail"):
        return 0
    tokens = notices.addresses([copy.user_id for copy in copies if copy.user_id], "mail")
    files: dict[str, StoredFile] = {}
    done = 0
    for copy in copies:
        token = bytes(copy.token) if copy.token else tokens.get(copy.user_id or 0)
        if copy.message_id is None and token is not None:
            _mail(report, copy, token, files)
            done += 1
    return done


def archive_due(now: datetime) -> int:
    """Archive what was sent long enough ago; returns how many."""
    days = int(params.value(ARCHIVE_AFTER))
    due = MadeReport.objects.filter(state=ReportState.SENT, sent_at__lt=now - timedelta(days=days))
    ids = list(due.values_list("pk", flat=True)[:200])
    for pk in ids:
        archive_report(actor=Actor.system("ticker:insight.report_plans"), report_id=pk)
    return len(ids)


def _receivers(report: MadeReport, now: datetime) -> list[int]:
    found = [
        user_id
        for code in report.plan.recipients
        for user_id in access.responsible_users(code, node_id=report.node_id, at=now)
    ]
    named = list(report.plan.users.filter(is_active=True).values_list("pk", flat=True))
    deputies = access.stand_ins(named, now)
    found += named + [deputy for user_id in named for deputy in deputies.get(user_id, ())]
    return list(dict.fromkeys(found))


def _may_see(user_id: int, report: MadeReport) -> bool:
    viewer = Actor(kind=ActorKind.USER, label=str(user_id), user_id=user_id)
    return reaches(viewer, permissions.VIEW_MADE, report.node_id)


def _mail(report: MadeReport, copy: ReportCopy, token: bytes, files: dict[str, StoredFile]) -> None:
    """One mail with its PDF; copies that bear no receiver share one file."""
    name = copy.user.display_name if copy.user and report.has_people else ""
    with transaction.atomic(), override(report.language):
        if name not in files:
            files[name] = store(
                actor=Actor.system(f"insight.made_report:{report.uid}"),
                stream=[pdf_of(report, receiver=name)],
                name=file_name(report, "pdf"),
                purpose=COPY_PURPOSE,
            )
        body = "\n\n".join([document_title(report), *words.summary(report.snapshot), _("完整报告见附件。")])
        key = hashlib.sha256(token).hexdigest()[:32]
        copy.message = send(
            channel="mail",
            to_token=token,
            subject=_("运营报告：%(title)s") % {"title": document_title(report)},
            body=body,
            dedupe_key=f"insight.report:{report.uid}:{key}",
            attachments=[files[name]],
            origin=f"insight.made_report:{report.uid}",
        )
        copy.save(update_fields=["message"])
