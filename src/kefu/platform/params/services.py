"""Writes: change a parameter, go back to the default, withdraw what is scheduled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound, RuleBroken
from kefu.platform.access import services as access
from kefu.platform.params import queries, rules
from kefu.platform.params.models import ParamChange
from kefu.platform.params.permissions import CHANGE
from kefu.platform.params.registry import PARAMS, Param

PAST_TOLERANCE = timedelta(minutes=1)


def change(
    *,
    actor: Actor,
    code: str,
    value: Any,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
    reason: str = "",
) -> ParamChange:
    """Give the parameter a new value from ``effective_at`` (now) on.

    ``expected_version`` is the version the editor saw; raises ``Conflict`` when somebody changed it since.
    Raises ``InvalidInput`` for a value that is not allowed or an instant in the past.
    """
    access.authorise(actor, CHANGE)
    param = _param(code)
    stored = rules.to_json(rules.parse(param, value))
    return _write(actor, param, stored, effective_at, expected_version, reason)


def reset(*, actor: Actor, code: str, expected_version: int | None = None, reason: str = "") -> ParamChange:
    """Go back to the declared default, now."""
    access.authorise(actor, CHANGE)
    return _write(actor, _param(code), None, None, expected_version, reason)


def withdraw(*, actor: Actor, code: str, version: int) -> ParamChange:
    """Take back a scheduled change before it takes effect."""
    access.authorise(actor, CHANGE)
    _param(code)
    now = clock.now()
    with transaction.atomic():
        found = ParamChange.objects.select_for_update().filter(code=code, version=version).first()
        if found is None:
            raise NotFound(_("没有这项参数变更。"))
        if found.withdrawn_at is not None:
            return found
        if found.effective_at <= now:
            raise RuleBroken(_("这项变更已经生效，请改为提交新的值。"), code="already_effective")
        found.withdrawn_at = now
        found.save(update_fields=["withdrawn_at"])
        auditing.record(
            actor=actor,
            action="params.value:withdraw",
            target=f"params.value:{code}",
            before={"value": found.value, "effective_at": found.effective_at.isoformat(), "version": version},
        )
    return found


def _param(code: str) -> Param:
    param = PARAMS.find(code)
    if param is None:
        raise NotFound(unknown_param(code))
    return param


def unknown_param(code: str) -> str:
    """What to say about a code that nobody declared."""
    return _("没有这个参数：%(code)s。") % {"code": code}


def _write(
    actor: Actor, param: Param, stored: Any, effective_at: datetime | None, expected_version: int | None, reason: str
) -> ParamChange:
    now = clock.now()
    at = effective_at or now
    if at < now - PAST_TOLERANCE:
        raise InvalidInput(_("生效时间不能早于现在，已经算出的数字不会被追溯修改。"), field="effective_at")
    if len(reason) > 200:
        raise InvalidInput(_("原因最多 200 个字。"), field="reason")
    latest = queries.version(param.code)
    if expected_version is not None and expected_version != latest:
        raise _conflict(param)
    before = queries.value(param.code, at=at)
    try:
        with transaction.atomic():
            row = ParamChange.objects.create(
                code=param.code,
                version=latest + 1,
                value=stored,
                effective_at=at,
                created_at=now,
                changed_by_id=actor.user_id,
                changed_by_label=actor.label[:150],
                reason=reason.strip(),
            )
            auditing.record(
                actor=actor,
                action="params.value:change",
                target=f"params.value:{param.code}",
                before={"value": rules.to_json(before)},
                after={
                    "value": rules.to_json(param.default) if stored is None else stored,
                    "reset": stored is None,
                    "effective_at": at.isoformat(),
                    "version": row.version,
                },
                reason=reason.strip(),
            )
    except IntegrityError:
        raise _conflict(param) from None
    return row


def _conflict(param: Param) -> Conflict:
    return Conflict(
        _("“%(label)s”刚被别人修改过，您的修改没有保存。请查看最新的值后再改。") % {"label": param.label},
        code="param_changed",
    )
