"""KPIs of handling (chapter B of the catalogue): what agents did with the calls and with their time."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.metrics import Attribution, Direction, Kind, Metric, Term, Unit, total

OWNER = _("话务")
CATALOGUE = _("指标目录 · 处理")
PERCENT, SECONDS = Unit.PERCENT, Unit.SECONDS
ANSWERED = {"outcome": "answered"}
BUSY = ("state_talking_seconds", "state_holding_seconds", "state_wrap_seconds")


def a(*columns: str) -> tuple[Term, ...]:
    """Measures of an agent's conversations."""
    return total(*(f"calls.agent.{c}" for c in columns))


def s(*columns: str) -> tuple[Term, ...]:
    """Measures of an agent's time."""
    return total(*(f"calls.state.{c}" for c in columns))


HANDLING: tuple[Metric, ...] = (
    Metric(
        "handled", _("处理量"), Unit.COUNT, Direction.NEUTRAL, Kind.BASE, a("handled"),
        formula=_("接通并已结束的访问数"), owner=OWNER, source=CATALOGUE, rows=ANSWERED,
    ),
    Metric(
        "aht",
        _("平均处理时长"),
        SECONDS,
        Direction.BAND,
        Kind.RATIO,
        a("talk_seconds", "hold_seconds", "wrap_seconds"),
        a("handled"),
        formula=_("（通话 + 保持 + 话后）÷ 处理量"),
        exclusions=_("仍在通话的访问要到结束后才计入"),
        note=_("过短也不好：可能在抢挂电话。"),
        minimum_n=10,
        band=(120, 420),
        owner=OWNER,
        source=CATALOGUE,
        rows=ANSWERED,
    ),
    Metric(
        "att", _("平均通话时长"), SECONDS, Direction.BAND, Kind.RATIO, a("talk_seconds"), a("handled"),
        formula=_("通话 ÷ 处理量"), exclusions=_("不含保持和话后"), minimum_n=10, owner=OWNER, source=CATALOGUE,
        rows=ANSWERED,
    ),
    Metric(
        "aht_hold", _("平均保持时长"), SECONDS, Direction.DOWN, Kind.RATIO, a("hold_seconds"), a("held"),
        formula=_("保持 ÷ 有保持的通话"), exclusions=_("没有保持的通话不计"), minimum_n=10, owner=OWNER,
        source=CATALOGUE, rows=ANSWERED,
    ),
    Metric(
        "acw", _("平均话后时长"), SECONDS, Direction.DOWN, Kind.RATIO, a("wrap_seconds"), a("handled"),
        formula=_("话后 ÷ 处理量"), minimum_n=10, owner=OWNER, source=CATALOGUE, rows=ANSWERED,
    ),
    Metric(
        "occupancy",
        _("占用率"),
        PERCENT,
        Direction.BAND,
        Kind.RATIO,
        s(*BUSY),
        s(*BUSY, "state_ready_seconds", "state_ringing_seconds"),
        formula=_("（通话 + 保持 + 话后）÷（通话 + 保持 + 话后 + 空闲）"),
        exclusions=_("小休不计；振铃算空闲"),
        attribution=Attribution.EVENT,
        note=_("75%–88% 为宜，超过 90% 要警惕。时间属于它流逝的时段。"),
        band=(0.75, 0.88),
        owner=OWNER,
        source=CATALOGUE,
    ),
    Metric(
        "utilisation",
        _("坐席利用率"),
        PERCENT,
        Direction.UP,
        Kind.RATIO,
        s(*BUSY),
        s("logged_in_seconds"),
        formula=_("（通话 + 保持 + 话后）÷ 签入时间"),
        attribution=Attribution.EVENT,
        note=_("与占用率不同：分母含小休。"),
        owner=OWNER,
        source=CATALOGUE,
    ),
    Metric(
        "handled_per_hour",
        _("通次"),
        Unit.PER_HOUR,
        Direction.UP,
        Kind.RATIO,
        a("handled"),
        s(*BUSY, "state_ready_seconds", "state_ringing_seconds"),
        n=a("handled"),
        scale=3600,
        formula=_("处理量 ÷ 有效工作小时（签入时间 − 小休）"),
        owner=OWNER,
        source=CATALOGUE,
        rows=ANSWERED,
    ),
    Metric(
        "transfer_rate",
        _("转接率"),
        PERCENT,
        Direction.DOWN,
        Kind.RATIO,
        a("transferred"),
        a("handled"),
        formula=_("转出 ÷ 处理量"),
        proportion=True,
        minimum_n=20,
        target=0.08,
        owner=OWNER,
        source=CATALOGUE,
        rows=ANSWERED,
    ),
    Metric(
        "agent_release_rate", _("坐席先挂机率"), PERCENT, Direction.DOWN, Kind.RATIO, a("agent_released"), a("handled"),
        formula=_("坐席先挂机 ÷ 处理量"), proportion=True, minimum_n=20, owner=OWNER, source=CATALOGUE, rows=ANSWERED,
    ),
    Metric(
        "logged_in", _("签入时长"), Unit.HOURS, Direction.NEUTRAL, Kind.BASE, s("logged_in_seconds"),
        formula=_("签入时间之和"), attribution=Attribution.EVENT, owner=OWNER, source=CATALOGUE,
    ),
    Metric(
        "not_ready_share", _("小休占比"), PERCENT, Direction.DOWN, Kind.RATIO, s("state_not_ready_seconds"),
        s("logged_in_seconds"), formula=_("小休 ÷ 签入时间"), attribution=Attribution.EVENT, owner=OWNER,
        source=CATALOGUE,
    ),
)  # fmt: skip
