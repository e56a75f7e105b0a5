"""KPIs of access (chapter A of the catalogue): how callers got through.

The unit is the queue visit; every outcome belongs to the quarter of an hour in which the visit entered the queue.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kefu.areas.calls import rules
from kefu.kernel.metrics import Direction, Kind, Metric, Term, Unit, total

OWNER = _("话务")
NO_SHORT = _("不含短时放弃（等待不到“短时放弃的上限”）")
OPEN = _("仍在排队的访问要到结束后才有结果")
PERCENT, SECONDS, COUNT = Unit.PERCENT, Unit.SECONDS, Unit.COUNT
UP, DOWN, NEUTRAL = Direction.UP, Direction.DOWN, Direction.NEUTRAL
CATALOGUE = _("指标目录 · 接入")


def q(*columns: str) -> tuple[Term, ...]:
    """Measures of the queue facts; a leading ``-`` subtracts."""
    return total(*(f"-calls.queue.{c[1:]}" if c.startswith("-") else f"calls.queue.{c}" for c in columns))


def _level(
    number: int, name: Any, formula: Any, top: tuple[Term, ...], bottom: tuple[Term, ...], **more: Any
) -> Metric:
    return Metric(
        f"service_level.f{number}",
        name,
        PERCENT,
        UP,
        Kind.RATIO,
        top,
        bottom,
        formula=formula,
        exclusions=OPEN,
        variant_of="service_level",
        params=(rules.SERVICE_LEVEL_SECONDS,),
        proportion=True,
        minimum_n=20,
        owner=OWNER,
        source=CATALOGUE,
        **more,
    )


def _loss(code: str, name: Any, formula: Any, top: tuple[Term, ...], rows: dict[str, str] | None = None) -> Metric:
    return Metric(
        f"loss.{code}",
        name,
        PERCENT,
        DOWN,
        Kind.RATIO,
        top,
        q("offered"),
        formula=formula,
        exclusions=OPEN,
        proportion=True,
        minimum_n=20,
        owner=OWNER,
        source=CATALOGUE,
        note=_("各类呼损相加等于呼损率。"),
        rows=rows or {},
    )


def _wait(percent: int, name: Any) -> Metric:
    return Metric(
        f"wait.p{percent}",
        name,
        SECONDS,
        DOWN,
        Kind.DISTRIBUTION,
        total("calls.wait.visits"),
        formula=_("接通的访问中，等待时长的分位数（由直方图插值，误差不超过 2%）"),
        quantile=percent / 100,
        minimum_n=20,
        owner=OWNER,
        source=CATALOGUE,
        rows={"outcome": "answered"},
    )


ACCESS: tuple[Metric, ...] = (
    Metric(
        "offered",
        _("人工请求量"),
        COUNT,
        NEUTRAL,
        Kind.BASE,
        q("offered"),
        formula=_("进入队列的访问数"),
        note=_("以排队访问为单位：盲转到另一个队列是一次新的访问。"),
        owner=OWNER,
        source=CATALOGUE,
    ),
    Metric(
        "answered", _("接通量"), COUNT, NEUTRAL, Kind.BASE, q("answered"),
        formula=_("由坐席接起的访问数"), owner=OWNER, source=CATALOGUE, rows={"outcome": "answered"},
    ),
    Metric(
        "abandoned", _("放弃量"), COUNT, DOWN, Kind.BASE, q("abandoned"),
        formula=_("排队或振铃中由来电者挂断的访问数"), owner=OWNER, source=CATALOGUE, rows={"outcome": "abandoned"},
    ),
    Metric(
        "abandoned.short", _("短时放弃量"), COUNT, NEUTRAL, Kind.BASE, q("abandoned_short"),
        formula=_("等待不到“短时放弃的上限”就挂断的访问数"), params=(rules.SHORT_ABANDON_SECONDS,), owner=OWNER,
        source=CATALOGUE, rows={"outcome": "abandoned"},
    ),
    Metric(
        "answer_rate",
        _("接通率"),
        PERCENT,
        UP,
        Kind.RATIO,
        q("answered", "-answered_no_talk"),
        q("offered"),
        formula=_("接通且有通话 ÷ 人工请求量"),
        exclusions=_("接起后没有通话的不算接通；转接出去的算"),
        proportion=True,
        minimum_n=20,
        target=0.95,
        owner=OWNER,
        source=CATALOGUE,
        note=_("政府热线：任意 24 小时不低于 95%。"),
    ),
    Metric(
        "answer_rate.no_short",
        _("接通率（不含短时放弃）"),
        PERCENT,
        UP,
        Kind.RATIO,
        q("answered", "-answered_no_talk"),
        q("offered", "-abandoned_short"),
        formula=_("接通且有通话 ÷（人工请求量 − 短时放弃）"),
        exclusions=NO_SHORT,
        params=(rules.SHORT_ABANDON_SECONDS,),
        proportion=True,
        minimum_n=20,
        target=0.95,
        owner=OWNER,
        source=CATALOGUE,
    ),
    _level(
        3,
        _("服务水平 F3"),
        _("N 秒内接通 ÷（接通 + 放弃）"),
        q("answered_within"),
        q("answered", "abandoned"),
        default_variant=True,
        target=0.8,
        note=_("默认口径。N 为“服务水平的应答时限”，队列可以另定。"),
    ),
    _level(
        1,
        _("服务水平 F1"),
        _("（N 秒内接通 + N 秒内放弃）÷（接通 + 放弃）"),
        q("answered_within", "abandoned_within"),
        q("answered", "abandoned"),
        target=0.8,
    ),
    _level(2, _("服务水平 F2"), _("N 秒内接通 ÷ 接通"), q("answered_within"), q("answered"), target=0.8),
    _level(
        4,
        _("服务水平 F4"),
        _("N 秒内接通 ÷（接通 + N 秒后放弃）"),
        q("answered_within"),
        q("answered", "abandoned", "-abandoned_within"),
        target=0.8,
    ),
    Metric(
        "abandon_rate",
        _("放弃率"),
        PERCENT,
        DOWN,
        Kind.RATIO,
        q("abandoned"),
        q("offered"),
        formula=_("排队或振铃中放弃 ÷ 人工请求量"),
        exclusions=OPEN,
        proportion=True,
        minimum_n=20,
        target=0.05,
        owner=OWNER,
        source=CATALOGUE,
        rows={"outcome": "abandoned"},
    ),
    Metric(
        "abandon_rate.no_short",
        _("放弃率（不含短时放弃）"),
        PERCENT,
        DOWN,
        Kind.RATIO,
        q("abandoned", "-abandoned_short"),
        q("offered", "-abandoned_short"),
        formula=_("（放弃 − 短时放弃）÷（人工请求量 − 短时放弃）"),
        exclusions=NO_SHORT,
        params=(rules.SHORT_ABANDON_SECONDS,),
        proportion=True,
        minimum_n=20,
        target=0.05,
        owner=OWNER,
        source=CATALOGUE,
        rows={"outcome": "abandoned"},
    ),
    Metric(
        "asa",
        _("平均应答时长"),
        SECONDS,
        DOWN,
        Kind.RATIO,
        q("wait_answered_seconds"),
        q("answered"),
        formula=_("接通者的等待时长之和 ÷ 接通量"),
        exclusions=_("不含放弃和其他未接通的访问"),
        minimum_n=10,
        target=20,
        owner=OWNER,
        source=CATALOGUE,
        rows={"outcome": "answered"},
    ),
    Metric(
        "wait.abandoned", _("放弃者平均等待"), SECONDS, NEUTRAL, Kind.RATIO, q("wait_abandoned_seconds"), q("abandoned"),
        formula=_("放弃者的等待时长之和 ÷ 放弃量"), minimum_n=10, owner=OWNER, source=CATALOGUE,
        rows={"outcome": "abandoned"},
    ),
    _wait(50, _("等待时长中位数")),
    _wait(90, _("等待时长 P90")),
    _wait(95, _("等待时长 P95")),
    Metric(
        "loss",
        _("呼损率"),
        PERCENT,
        DOWN,
        Kind.RATIO,
        q("offered", "-waiting", "-answered", "answered_no_talk"),
        q("offered"),
        formula=_("（人工请求量 − 仍在排队 − 接通且有通话）÷ 人工请求量"),
        exclusions=OPEN,
        proportion=True,
        minimum_n=20,
        owner=OWNER,
        source=CATALOGUE,
    ),
    _loss("caller_abandoned", _("呼损：客户放弃"), _("放弃 ÷ 人工请求量"), q("abandoned"), {"outcome": "abandoned"}),
    _loss(
        "agent_hung_up", _("呼损：坐席挂断"), _("接起后没有通话且由坐席挂断 ÷ 人工请求量"), q("no_talk_by_agent"),
        {"outcome": "answered"},
    ),
    _loss(
        "no_talk", _("呼损：接通未通话"), _("接起后没有通话且不由坐席挂断 ÷ 人工请求量"),
        q("answered_no_talk", "-no_talk_by_agent"), {"outcome": "answered"},
    ),
    _loss("queue_dropped", _("呼损：队列退出"), _("（无坐席退出 + 撤出队列）÷ 人工请求量"), q("exited_empty", "withdrawn")),
    _loss("platform", _("呼损：平台故障"), _("平台丢失 ÷ 人工请求量"), q("lost"), {"outcome": "lost"}),
    _loss("timeout", _("呼损：排队超时"), _("超时退出 ÷ 人工请求量"), q("timed_out"), {"outcome": "timeout"}),
    _loss(
        "overflow", _("呼损：转往他处"), _("（溢出 + 按键退出 + 转语音留言）÷ 人工请求量"),
        q("overflowed", "exited_key", "voicemail"),
    ),
    Metric(
        "ring_no_answer",
        _("响铃未接率"),
        PERCENT,
        DOWN,
        Kind.RATIO,
        total("calls.agent.ring_no_answer"),
        total("calls.agent.routed"),
        formula=_("派给坐席而未接（未接或拒接）÷ 派给坐席"),
        exclusions=_("来电者先挂断而取消的振铃，分子分母都不计"),
        proportion=True,
        minimum_n=20,
        target=0.01,
        owner=OWNER,
        source=CATALOGUE,
    ),
    Metric(
        "first_response",
        _("首次响应时长"),
        SECONDS,
        DOWN,
        Kind.RATIO,
        q("first_answer_seconds"),
        q("first_answers"),
        formula=_("（首次有人应答 − 来电）之和 ÷ 有人应答的来电"),
        exclusions=_("同一来电只计第一次应答；没有人应答的来电不计"),
        minimum_n=10,
        target=180,
        owner=OWNER,
        source=CATALOGUE,
        rows={"outcome": "answered"},
    ),
    Metric(
        "first_response.business",
        _("首次响应时长（服务时间内）"),
        SECONDS,
        DOWN,
        Kind.RATIO,
        q("first_answer_business_seconds"),
        q("first_answers"),
        formula=_("首次应答前落在队列服务时间内的秒数之和 ÷ 有人应答的来电"),
        exclusions=_("按队列的服务时间日历；队列未指定时用默认日历"),
        minimum_n=10,
        target=180,
        owner=OWNER,
        source=CATALOGUE,
        rows={"outcome": "answered"},
    ),
    Metric(
        "outage_rate",
        _("服务中断率"),
        PERCENT,
        DOWN,
        Kind.RATIO,
        total("calls.service.outage_seconds"),
        total("calls.service.service_seconds"),
        formula=_("话务源连接中断的时间 ÷ 应服务时间"),
        exclusions=_("服务时间（默认日历）以外的中断不计；只计实时连接的话务源"),
        target=0.0001,
        owner=OWNER,
        source=CATALOGUE,
    ),
    Metric(
        "repeat_rate",
        _("重复来电率"),
        PERCENT,
        DOWN,
        Kind.RATIO,
        q("repeats"),
        q("contacts"),
        formula=_("此前 W 天内同一号码来过电的来电 ÷ 来电"),
        exclusions=_("号码未知的来电不算重复；同一来电转接后的访问不重复计"),
        params=(rules.REPEAT_DAYS,),
        proportion=True,
        minimum_n=20,
        owner=OWNER,
        source=_("指标目录 · 客户结果"),
        rows={"repeat": "1"},
    ),
)  # fmt: skip
