"""Plans of reports, and the reports that are due by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kefu.areas.insight import permissions
from kefu.areas.insight.choices import Cadence, Spread
from kefu.areas.insight.engine import report_periods
from kefu.areas.insight.models import ReportAddress, ReportPlan
from kefu.areas.insight.queries.made_reports import reaches, units_of
from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotFound
from kefu.kernel.metrics import METRICS
from kefu.platform.access import queries as access
from kefu.platform.access.models import ScopeNode, User
from kefu.platform.jobs import services as jobs
from kefu.platform.jobs.models import Job
from kefu.platform.metrics import queries as metrics
from kefu.platform.privacy.services import tokenise

MAKE_JOB = "insight.make_report"
MOST_ADDRESSES = 50
MOST_AT_ONCE = 31
"""Missed periods of a plan that are made up for at most."""


def save_plan(
    *,
    actor: Actor,
    plan_id: int | None,
    name: str,
    cadence: str,
    node_id: int | None,
    spread: str = Spread.ONE,
    make_at: time = time(8, 0),
    language: str = "zh-hans",
    has_people: bool = False,
    recipients: Sequence[str] = (),
    user_ids: Iterable[int] = (),
    addresses: Sequence[str] | None = None,
    is_active: bool = True,
    expected_version: int | None = None,
) -> ReportPlan:
    """Write a plan down, new or changed; ``addresses=None`` keeps those it has. A new plan begins with the period
    that ended last. Raises ``InvalidInput`` with what is wrong in each field."""
    _authorise(actor, node_id)
    users = list(dict.fromkeys(user_ids))
    known = dict(access.responsible_choices())
    given = None if addresses is None else list(dict.fromkeys(a.strip() for a in addresses if a.strip()))
    errors = _errors(name, cadence, spread, language, [r for r in recipients if r not in known], given)
    if node_id is not None and not ScopeNode.objects.filter(pk=node_id, is_active=True).exists():
        errors["node"] = _("没有这个单位，或已停用。")
    if User.objects.filter(pk__in=users, is_active=True).count() != len(users):
        errors["users"] = _("有收件人的账号不存在或已停用。")
    with transaction.atomic():
        plan = _plan(actor, plan_id, expected_version)
        outside = given if given is not None else (list(plan.addresses.all()) if plan.pk else [])
        if has_people and outside:
            errors["addresses"] = _("包含坐席明细的报告不能发到外部邮箱。请去掉外部邮箱，或不包含坐席明细。")
        if errors:
            raise InvalidInput(_("计划没有保存，请改正标红的几项。"), errors=errors)
        before = _said(plan) if plan.pk else None
        now = clock.now()
        if plan.pk is None or plan.cadence != cadence:
            plan.next_start_on = report_periods.last_ended(cadence, timezone.localdate(now))[0]
        plan.name, plan.cadence, plan.node_id, plan.spread = name.strip(), cadence, node_id, spread
        plan.make_at, plan.language, plan.has_people = make_at, language, has_people
        plan.recipients, plan.is_active = list(dict.fromkeys(recipients)), is_active
        plan.version += 1
        plan.created_at = plan.created_at or now
        try:
            with transaction.atomic():
                plan.save()
        except IntegrityError as error:
            raise InvalidInput(_("已有同名的报告计划，请换一个名称。"), field="name") from error
        plan.users.set(users)
        if given is not None:
            tokens = tokenise("email", given)
            plan.addresses.all().delete()
            ReportAddress.objects.bulk_create([ReportAddress(plan=plan, token=tokens[address]) for address in given])
        auditing.record(
            actor=actor,
            action="insight.report_plan:save",
            target=f"insight.report_plan:{plan.uid}",
            before=before,
            after=_said(plan),
            node_id=node_id,
        )
    return plan


def request_reports(*, actor: Actor, plan_id: int, day: date) -> list[Job]:
    """Have the plan's reports made now for the period in which ``day`` lies, one job per unit."""
    plan = ReportPlan.objects.select_related("node").filter(pk=plan_id).first()
    if plan is None:
        raise NotFound(_("没有这个报告计划。"))
    if not reaches(actor, permissions.MAKE_REPORT, plan.node_id):
        raise Denied(_("您无权生成这个计划的报告。"))
    start, _end = report_periods.containing(plan.cadence, day)
    if start > timezone.localdate(clock.now()):
        raise InvalidInput(_("这个周期还没有开始。"), field="day")
    with transaction.atomic():
        return _enqueue(actor, plan, start)


def make_due(now: datetime) -> int:
    """Ask for the reports of all periods that ended and whose time has come; returns how many periods."""
    local = timezone.localtime(now, clock.zone(settings.TIME_ZONE))
    done = 0
    for plan_id in list(ReportPlan.objects.filter(is_active=True).values_list("pk", flat=True)):
        with transaction.atomic():
            plan = (
                ReportPlan.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(pk=plan_id, is_active=True)
                .first()
            )
            if plan is None:
                continue
            begun = [
                (start, end)
                for start, end in report_periods.following(plan.cadence, plan.next_start_on, local.date())
                if local.date() > end or local.time() >= plan.make_at
            ]
            for start, _end in begun[-MOST_AT_ONCE:]:
                _enqueue(Actor.system("ticker:insight.report_plans"), plan, start)
                done += 1
            if begun:
                plan.next_start_on = begun[-1][1]
                plan.save(update_fields=["next_start_on"])
    return done


def _enqueue(actor: Actor, plan: ReportPlan, start: date) -> list[Job]:
    name = report_periods.name(plan.cadence, start)
    return [
        jobs.enqueue(
            MAKE_JOB,
            actor=actor,
            title=f"{plan.name} {name}" + (f" · {node.name}" if node else ""),
            dedupe_key=f"{plan.pk}:{start}:{node.pk if node else ''}",
            plan_id=plan.pk,
            starts_on=start.isoformat(),
            node_id=node.pk if node else None,
        )
        for node in _units_with_numbers(plan, start)
    ]


def _units_with_numbers(plan: ReportPlan, start: date) -> list[ScopeNode | None]:
    """The plan's units; where each team gets its own, those that handled nothing are left out."""
    units = units_of(plan)
    if plan.spread != Spread.TEAMS or "handled" not in METRICS:
        return units
    rows = metrics.compute(None, ["handled"], *report_periods.containing(plan.cadence, start), by=["team"])
    busy = {row.key[0] for row in rows if row.n}
    return [node for node in units if node is not None and node.pk in busy]


def _plan(actor: Actor, plan_id: int | None, expected_version: int | None) -> ReportPlan:
    if plan_id is None:
        return ReportPlan()
    plan = ReportPlan.objects.select_for_update(of=("self",)).filter(pk=plan_id).first()
    if plan is None:
        raise NotFound(_("没有这个报告计划。"))
    _authorise(actor, plan.node_id)
    if expected_version is not None and expected_version != plan.version:
        raise Conflict(_("别人刚刚改过这个计划。请刷新后重试。"))
    return plan


def _errors(
    name: str, cadence: str, spread: str, language: str, unknown: list[str], addresses: list[str] | None
) -> dict[str, str]:
    errors = {}
    if not 1 <= len(name.strip()) <= 80:
        errors["name"] = _("请填写 1 至 80 个字的名称。")
    if cadence not in Cadence.values:
        errors["cadence"] = _("请选择周期。")
    if spread not in Spread.values:
        errors["spread"] = _("请选择份数。")
    if language not in dict(settings.LANGUAGES):
        errors["language"] = _("请选择语言。")
    if unknown:
        errors["recipients"] = _("没有这些收件角色：%(codes)s。") % {"codes": "、".join(unknown)}
    for address in addresses or ():
        try:
            validate_email(address)
        except ValidationError:
            errors["addresses"] = _("这不是完整的邮箱地址：%(address)s") % {"address": address[:80]}
    if len(addresses or ()) > MOST_ADDRESSES:
        errors["addresses"] = _("外部邮箱最多 %(n)s 个。") % {"n": MOST_ADDRESSES}
    return errors


def _said(plan: ReportPlan) -> Mapping[str, Any]:
    return {
        "name": plan.name,
        "cadence": str(plan.cadence),
        "node": plan.node_id,
        "spread": str(plan.spread),
        "make_at": plan.make_at.isoformat(),
        "language": plan.language,
        "has_people": plan.has_people,
        "recipients": plan.recipients,
        "is_active": plan.is_active,
    }


def _authorise(actor: Actor, node_id: int | None) -> None:
    if not reaches(actor, permissions.MANAGE_PLAN, node_id):
        raise Denied(_("您无权管理这个范围的报告计划。"))
