"""Parameters over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from kefu.kernel import clock
from kefu.kernel.errors import NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.api.idempotency import idempotent
from kefu.platform.params import permissions, queries, rules, services
from kefu.platform.params.registry import PARAMS

router = Router()


class ParamOut(Schema):
    """A parameter as it stands."""

    code: str
    label: str
    type: str
    unit: str
    value: int | bool | str
    default: int | bool | str
    version: int = Field(description="Send it back as `expected_version` when changing the value")
    effective_at: datetime | None


class ParamChangeOut(Schema):
    """One change in a parameter's history."""

    code: str
    version: int
    value: int | bool | str | None = Field(description="`null`: back to the default")
    effective_at: datetime
    created_at: datetime
    changed_by_label: str
    reason: str
    withdrawn_at: datetime | None


class ParamChangeIn(Schema):
    """A new value; `null` goes back to the default."""

    value: int | float | bool | str | None
    effective_at: AwareDatetime | None = None
    expected_version: int | None = Field(None, ge=0, le=2**31 - 1)
    reason: str = Field("", max_length=200)


def _out(standing: queries.Standing) -> ParamOut:
    param = standing.param
    return ParamOut(
        code=param.code,
        label=str(param.label),
        type=param.type.value,
        unit=str(param.unit),
        value=rules.to_json(standing.value),
        default=rules.to_json(param.default),
        version=standing.version,
        effective_at=standing.change.effective_at if standing.change else None,
    )


@router.get("", response=list[ParamOut], summary="List parameters")
@requires(permissions.VIEW)
def list_params(request: HttpRequest) -> Any:
    """Every parameter with its value now."""
    return [_out(standing) for standing in queries.standings(clock.now())]


@router.get("/{code}/history", response=list[ParamChangeOut], summary="History of a parameter")
@requires(permissions.VIEW)
def param_history(request: HttpRequest, code: str) -> Any:
    """All changes, newest first."""
    if code not in PARAMS:
        raise NotFound(services.unknown_param(code))
    return queries.history(code)


@router.post("/{code}/changes", response={201: ParamChangeOut}, summary="Change a parameter")
@requires(permissions.CHANGE)
@idempotent
def change_param(request: HttpRequest, code: str, data: ParamChangeIn) -> Any:
    """Give a parameter a new value, now or from an instant on."""
    actor = actor_of(request)
    if data.value is None:
        return Status(
            201, services.reset(actor=actor, code=code, expected_version=data.expected_version, reason=data.reason)
        )
    return Status(
        201,
        services.change(
            actor=actor,
            code=code,
            value=data.value,
            effective_at=data.effective_at,
            expected_version=data.expected_version,
            reason=data.reason,
        ),
    )
