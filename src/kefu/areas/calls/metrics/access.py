"""KPIs of access (chapter A of the catalogue): how callers got through.

The unit is the queue visit; every outcome belongs to the quarter of an hour in which the visit entered the queue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from kefu.areas.calls import rules
from kefu.areas.calls.metrics.build import DOWN, NEUTRAL, ROWS, UP, Chapter, Terms, agent, of
from kefu.areas.calls.metrics.build import queue as q
from kefu.kernel.metrics import Metric

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

A = Chapter(_("指标目录 · 接入"))
E = Chapter(_("指标目录 · 客户结果"))
NO_SHORT = _("不含短时放弃（等待不到“短时放弃的上限”）")
OPEN = _("仍在排队的访问要到结束后才有结果")
SHORT = (rules.SHORT_ABANDON_SECONDS,)
TALKED = q("answered", "-answered_no_talk")


def _level(number: int, name: StrOrPromise, formula: StrOrPromise, part: Terms, whole: Terms, **more: Any) -> Metric:
    """A variant of the service level."""
    return A.rate(
        f"service_level.f{number}", name, formula, part, whole, UP, exclusions=OPEN, variant_of="service_level",
        params=(rules.SERVICE_LEVEL_SECONDS,), target=0.8, **more,
    )  # fmt: skip


def _loss(code: str, name: StrOrPromise, formula: StrOrPromise, part: Terms, rows: str = "") -> Metric:
    """A class of loss."""
    return A.rate(
        f"loss.{code}", name, formula, part, q("offered"), DOWN, exclusions=OPEN, note=_("各类呼损相加等于呼损率。"),
        rows=ROWS.get(rows, {}),
    )  # fmt: skip


def _wait(percent: int, name: StrOrPromise) -> Metric:
    """A percentile of the wait of those who got through."""
    formula = _("接通的访问中，等待时长的分位数（由直方图插值，误差不超过 2%）")
    return A.quantile(f"wait.p{percent}", name, formula, of("calls.wait", "visits"), percent)


VOLUMES = (
    A.base(
        "offered", _("人工请求量"), _("进入队列的访问数"), q("offered"),
        note=_("以排队访问为单位：盲转到另一个队列是一次新的访问。"),
    ),
    A.base("answered", _("接通量"), _("由坐席接起的访问数"), q("answered"), rows=ROWS["answered"]),
    A.base(
        "abandoned", _("放弃量"), _("排队或振铃中由来电者挂断的访问数"), q("abandoned"), direction=DOWN,
        rows=ROWS["abandoned"],
    ),
    A.base(
        "abandoned.short", _("短时放弃量"), _("等待不到“短时放弃的上限”就挂断的访问数"), q("abandoned_short"),
        params=SHORT, rows=ROWS["abandoned"],
    ),
)  # fmt: skip

ANSWERING = (
    A.rate(
        "answer_rate", _("接通率"), _("接通且有通话 ÷ 人工请求量"), TALKED, q("offered"), UP, target=0.95,
        exclusions=_("接起后没有通话的不算接通；转接出去的算"), note=_("政府热线：任意 24 小时不低于 95%。"),
    ),
    A.rate(
        "answer_rate.no_short", _("接通率（不含短时放弃）"), _("接通且有通话 ÷（人工请求量 − 短时放弃）"), TALKED,
        q("offered", "-abandoned_short"), UP, target=0.95, exclusions=NO_SHORT, params=SHORT,
    ),
    _level(
        3, _("服务水平 F3"), _("N 秒内接通 ÷（接通 + 放弃）"), q("answered_within"), q("answered", "abandoned"),
        default_variant=True, note=_("默认口径。N 为“服务水平的应答时限”，队列可以另定。"),
    ),
    _level(
        1, _("服务水平 F1"), _("（N 秒内接通 + N 秒内放弃）÷（接通 + 放弃）"),
        q("answered_within", "abandoned_within"), q("answered", "abandoned"),
    ),
    _level(2, _("服务水平 F2"), _("N 秒内接通 ÷ 接通"), q("answered_within"), q("answered")),
    _level(
        4, _("服务水平 F4"), _("N 秒内接通 ÷（接通 + N 秒后放弃）"), q("answered_within"),
        q("answered", "abandoned", "-abandoned_within"),
    ),
    A.rate(
        "abandon_rate", _("放弃率"), _("排队或振铃中放弃 ÷ 人工请求量"), q("abandoned"), q("offered"), DOWN, target=0.05,
        exclusions=OPEN, rows=ROWS["abandoned"],
    ),
    A.rate(
        "abandon_rate.no_short", _("放弃率（不含短时放弃）"), _("（放弃 − 短时放弃）÷（人工请求量 − 短时放弃）"),
        q("abandoned", "-abandoned_short"), q("offered", "-abandoned_short"), DOWN, target=0.05, exclusions=NO_SHORT,
        params=SHORT, rows=ROWS["abandoned"],
    ),
)  # fmt: skip

WAITS = (
    A.mean(
        "asa", _("平均应答时长"), _("接通者的等待时长之和 ÷ 接通量"), q("wait_answered_seconds"), q("answered"), DOWN,
        target=20, exclusions=_("不含放弃和其他未接通的访问"),
    ),
    A.mean(
        "wait.abandoned", _("放弃者平均等待"), _("放弃者的等待时长之和 ÷ 放弃量"), q("wait_abandoned_seconds"),
        q("abandoned"), NEUTRAL, rows="abandoned",
    ),
    _wait(50, _("等待时长中位数")),
    _wait(90, _("等待时长 P90")),
    _wait(95, _("等待时长 P95")),
)  # fmt: skip

LOSSES = (
    A.rate(
        "loss", _("呼损率"), _("（人工请求量 − 仍在排队 − 接通且有通话）÷ 人工请求量"),
        q("offered", "-waiting", "-answered", "answered_no_talk"), q("offered"), DOWN, exclusions=OPEN,
    ),
    _loss("caller_abandoned", _("呼损：客户放弃"), _("放弃 ÷ 人工请求量"), q("abandoned"), "abandoned"),
    _loss(
        "agent_hung_up", _("呼损：坐席挂断"), _("接起后没有通话且由坐席挂断 ÷ 人工请求量"), q("no_talk_by_agent"),
        "answered",
    ),
    _loss(
        "no_talk", _("呼损：接通未通话"), _("接起后没有通话且不由坐席挂断 ÷ 人工请求量"),
        q("answered_no_talk", "-no_talk_by_agent"), "answered",
    ),
    _loss("queue_dropped", _("呼损：队列退出"), _("（无坐席退出 + 撤出队列）÷ 人工请求量"), q("exited_empty", "withdrawn")),
    _loss("platform", _("呼损：平台故障"), _("平台丢失 ÷ 人工请求量"), q("lost"), "lost"),
    _loss("timeout", _("呼损：排队超时"), _("超时退出 ÷ 人工请求量"), q("timed_out"), "timeout"),
    _loss(
        "overflow", _("呼损：转往他处"), _("（溢出 + 按键退出 + 转语音留言）÷ 人工请求量"),
        q("overflowed", "exited_key", "voicemail"),
    ),
)  # fmt: skip

SERVICE = (
    A.rate(
        "ring_no_answer", _("响铃未接率"), _("派给坐席而未接（未接或拒接）÷ 派给坐席"), agent("ring_no_answer"),
        agent("routed"), DOWN, target=0.01, exclusions=_("来电者先挂断而取消的振铃，分子分母都不计"),
    ),
    A.mean(
        "first_response", _("首次响应时长"), _("（首次有人应答 − 来电）之和 ÷ 有人应答的来电"), q("first_answer_seconds"),
        q("first_answers"), DOWN, target=180, exclusions=_("同一来电只计第一次应答；没有人应答的来电不计"),
    ),
    A.mean(
        "first_response.business", _("首次响应时长（服务时间内）"),
        _("首次应答前落在队列服务时间内的秒数之和 ÷ 有人应答的来电"), q("first_answer_business_seconds"),
        q("first_answers"), DOWN, target=180, exclusions=_("按队列的服务时间日历；队列未指定时用默认日历"),
    ),
    A.rate(
        "outage_rate", _("服务中断率"), _("话务源连接中断的时间 ÷ 应服务时间"), of("calls.service", "outage_seconds"),
        of("calls.service", "service_seconds"), DOWN, proportion=False, target=0.0001,
        exclusions=_("服务时间（默认日历）以外的中断不计；只计实时连接的话务源"),
    ),
    E.rate(
        "repeat_rate", _("重复来电率"), _("此前 W 天内同一号码来过电的来电 ÷ 来电"), q("repeats"), q("contacts"), DOWN,
        exclusions=_("号码未知的来电不算重复；同一来电转接后的访问不重复计"), params=(rules.REPEAT_DAYS,),
        rows={"repeat": "1"},
    ),
)  # fmt: skip

ACCESS: tuple[Metric, ...] = (*VOLUMES, *ANSWERING, *WAITS, *LOSSES, *SERVICE)
