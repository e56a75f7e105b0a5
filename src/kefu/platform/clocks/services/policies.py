"""The limits of each kind of clock: in force now, changed from an instant on, withdrawn before they take effect."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound, RuleBroken
from kefu.platform.access import queries as access_queries
from kefu.platform.access import services as access
from kefu.platform.calendars.models import WorkingCalendar
from kefu.platform.clocks import queries
from kefu.platform.clocks.models import PolicyVersion
from kefu.platform.clocks.permissions import POLICY_CHANGE
from kefu.platform.clocks.registry import CLOCK_KINDS, ClockKind
from kefu.platform.clocks.rules import Terms, check_terms

PAST_TOLERANCE = timedelta(minutes=1)


def policy_in_force(kind: str, at: datetime) -> PolicyVersion:
    """The version by which a clock that starts at ``at`` is measured.

    What the product declares is written down as a version when it is first needed, and again when a new release
    declares something else and no person has set the limits: running clocks keep the version they began with.
    """
    declared = CLOCK_KINDS.get(kind)
    found = queries.policy_at(kind, at)
    if found is not None and (not found.is_declared or _is_current(found, declared)):
        return found
    latest = PolicyVersion.objects.filter(kind=kind).order_by("-version").first()
    if latest is not None and latest.is_declared and _is_current(latest, declared):
        return latest
    try:
        with transaction.atomic():
            return _write(declared.code, (latest.version if latest else 0) + 1, declared.terms, at, _calendar(declared))
    except IntegrityError:
        return policy_in_force(kind, at)


def change_policy(
    *,
    actor: Actor,
    kind: str,
    terms: Terms,
    calendar_id: int | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
    reason: str = "",
) -> PolicyVersion:
    """Measure clocks of that kind that start at ``effective_at`` (now) or later by these terms.

    Running clocks keep theirs until they are retargeted. Raises ``InvalidInput`` for terms that cannot be and for an
    instant in the past, ``Conflict`` when somebody changed them since ``expected_version``.
    """
    access.authorise(actor, POLICY_CHANGE)
    if kind not in CLOCK_KINDS:
        raise NotFound(_("没有这种时限。"))
    _check(CLOCK_KINDS.get(kind), terms)
    now = clock.now()
    at = effective_at or now
    if at < now - PAST_TOLERANCE:
        raise InvalidInput(_("生效时间不能早于现在，已经开始的计时不会被追溯修改。"), field="effective_at")
    if len(reason) > 200:
        raise InvalidInput(_("原因最多 200 个字。"), field="reason")
    if calendar_id is not None and not WorkingCalendar.objects.filter(pk=calendar_id).exists():
        raise InvalidInput(_("没有这个工作日历。"), field="calendar")
    before = policy_in_force(kind, now)
    latest = PolicyVersion.objects.filter(kind=kind).order_by("-version").values_list("version", flat=True)[0]
    if expected_version is not None and expected_version != latest:
        raise _conflict()
    try:
        with transaction.atomic():
            row = _write(kind, latest + 1, terms, at, calendar_id, actor=actor, reason=reason.strip())
            auditing.record(
                actor=actor,
                action="clocks.policy:change",
                target=f"clocks.policy:{kind}",
                before=_plain(before),
                after={**_plain(row), "effective_at": at.isoformat()},
                reason=row.reason,
            )
    except IntegrityError:
        raise _conflict() from None
    return row


def withdraw_policy(*, actor: Actor, kind: str, version: int) -> PolicyVersion:
    """Take back a version before it takes effect."""
    access.authorise(actor, POLICY_CHANGE)
    now = clock.now()
    with transaction.atomic():
        found = PolicyVersion.objects.select_for_update(of=("self",)).filter(kind=kind, version=version).first()
        if found is None:
            raise NotFound(_("没有这个版本的时限规则。"))
        if found.withdrawn_at is not None:
            return found
        if found.effective_at <= now:
            raise RuleBroken(_("这个版本已经生效，请改为提交新的时限。"), code="already_effective")
        found.withdrawn_at = now
        found.save(update_fields=["withdrawn_at"])
        auditing.record(
            actor=actor,
            action="clocks.policy:withdraw",
            target=f"clocks.policy:{kind}",
            before={**_plain(found), "effective_at": found.effective_at.isoformat()},
        )
    return found


def _check(kind: ClockKind, terms: Terms) -> None:
    field, reason = check_terms(terms)
    if (terms.target_seconds is None) != (kind.terms.target_seconds is None):
        field, reason = "target_seconds", "bounds"
    if field:
        words = {
            "bounds": _("数值超出允许的范围。"),
            "order": _("各级须按先后排列，且不能重复。"),
            "many": _("最多设置 10 级。"),
            "audience": _("请选择升级时通知谁。"),
        }
        raise InvalidInput(words[reason], field=field)
    known = {code for code, _label in access_queries.responsible_choices()}
    for level in terms.escalate:
        if level.audience not in known:
            raise InvalidInput(_("没有“%(code)s”这种通知对象。") % {"code": level.audience[:60]}, field="escalate")


def _is_current(row: PolicyVersion, declared: ClockKind) -> bool:
    return row.terms == declared.terms and (row.calendar.code if row.calendar else "") in ("", declared.calendar)


def _calendar(declared: ClockKind) -> int | None:
    if not declared.calendar:
        return None
    return WorkingCalendar.objects.filter(code=declared.calendar).values_list("pk", flat=True).first()


def _write(
    kind: str,
    version: int,
    terms: Terms,
    at: datetime,
    calendar_id: int | None,
    *,
    actor: Actor | None = None,
    reason: str = "",
) -> PolicyVersion:
    return PolicyVersion.objects.create(
        kind=kind,
        version=version,
        target_seconds=terms.target_seconds,
        warn_percent=list(terms.warn_percent),
        remind_before=list(terms.remind_before),
        escalate=[[level.after_seconds, level.audience] for level in terms.escalate],
        calendar_id=calendar_id,
        effective_at=at,
        created_at=clock.now(),
        changed_by_id=actor.user_id if actor else None,
        changed_by_label=actor.label[:150] if actor else "",
        reason=reason,
        is_declared=actor is None,
    )


def _plain(row: PolicyVersion) -> dict[str, object]:
    return {
        "version": row.version,
        "target_seconds": row.target_seconds,
        "warn_percent": row.warn_percent,
        "remind_before": row.remind_before,
        "escalate": row.escalate,
        "calendar": row.calendar_id,
    }


def _conflict() -> Conflict:
    return Conflict(_("时限刚被别人修改过，您的修改没有保存。请查看最新内容后再改。"), code="policy_changed")
