"""Pure decisions of the calls room: its parameters, the flags stored with a visit, the buckets of waiting times."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from kefu.platform.params.choices import ParamType
from kefu.platform.params.registry import Param

SERVICE_LEVEL_SECONDS = "calls.service_level_seconds"
SHORT_ABANDON_SECONDS = "calls.short_abandon_seconds"
REPEAT_DAYS = "calls.repeat_days"
WRAP_LIMIT_SECONDS = "calls.wrap_limit_seconds"
TALK_LIMIT_SECONDS = "calls.talk_limit_seconds"
PAUSE_LIMIT_SECONDS = "calls.pause_limit_seconds"
WAIT_LIMIT_SECONDS = "calls.wait_limit_seconds"
SILENCE_SECONDS = "calls.silence_seconds"

PARAMS = (
    Param(
        SERVICE_LEVEL_SECONDS,
        _("服务水平的应答时限"),
        ParamType.DURATION,
        20,
        help=_("在此秒数内接通算达标；队列可以另定。只影响此后写入的通话。"),
        minimum=1,
        maximum=600,
    ),
    Param(
        SHORT_ABANDON_SECONDS,
        _("短时放弃的上限"),
        ParamType.DURATION,
        5,
        help=_("等待不到此秒数就挂机的，不算真正的放弃。"),
        minimum=0,
        maximum=60,
    ),
    Param(
        REPEAT_DAYS,
        _("重复来电的天数"),
        ParamType.INT,
        7,
        help=_("同一号码在此天数内再次来电，算重复来电。"),
        minimum=1,
        maximum=90,
        unit=_("天"),
    ),
    Param(
        WRAP_LIMIT_SECONDS,
        _("话后处理时限"),
        ParamType.DURATION,
        60,
        help=_("话后处理超过此时长时在大屏上提醒。"),
        minimum=5,
        maximum=3600,
    ),
    Param(TALK_LIMIT_SECONDS, _("通话时长提醒"), ParamType.DURATION, 900, minimum=30, maximum=14400),
    Param(PAUSE_LIMIT_SECONDS, _("小休时长提醒"), ParamType.DURATION, 1800, minimum=60, maximum=14400),
    Param(WAIT_LIMIT_SECONDS, _("排队等待提醒"), ParamType.DURATION, 120, minimum=10, maximum=3600),
    Param(
        SILENCE_SECONDS,
        _("话务源静默提醒"),
        ParamType.DURATION,
        300,
        help=_("话务源超过此时长没有任何数据时提醒。"),
        minimum=10,
        maximum=86400,
    ),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The parameters that decide the flags of a visit."""

    service_level_seconds: int = 20
    short_abandon_seconds: int = 5
    repeat_days: int = 7

    def target_of(self, queue_target: int | None) -> int:
        """The answer target of a queue: its own or the centre's."""
        return self.service_level_seconds if queue_target is None else queue_target


def is_within_target(outcome: str, wait_seconds: int, target_seconds: int) -> bool:
    """Whether the visit was answered, or given up, no later than the target."""
    return outcome in {"answered", "abandoned"} and wait_seconds <= target_seconds


def is_short_abandon(outcome: str, wait_seconds: int, limit_seconds: int) -> bool:
    """Whether the caller gave up so early that it was no abandon."""
    return outcome == "abandoned" and wait_seconds < limit_seconds


def _bounds() -> tuple[int, ...]:
    bounds = list(range(51))
    while bounds[-1] < 14_400:
        bounds.append(max(bounds[-1] + 1, int(bounds[-1] * 1.02)))
    return tuple(bounds)


WAIT_BOUNDS: tuple[int, ...] = _bounds()
"""Lower bounds of the buckets of waiting times: whole seconds up to 50, then growing by 2 %, up to four hours."""


def wait_bucket(wait_seconds: int) -> int:
    """The bucket of a waiting time; the last takes everything longer."""
    return bisect_right(WAIT_BOUNDS, wait_seconds) - 1


def disposition_state(
    outcome: str, ended_at: datetime | None, disposed_at: datetime | None, now: datetime, limit_seconds: int
) -> str:
    """How a call stands with its summing up: "" (needs none), ``due``, ``overdue``, ``done`` or ``late``."""
    if outcome != "answered":
        return ""
    due_at = None if ended_at is None else ended_at + timedelta(seconds=limit_seconds)
    if disposed_at is not None:
        return "late" if due_at is not None and disposed_at > due_at else "done"
    return "overdue" if due_at is not None and now > due_at else "due"
