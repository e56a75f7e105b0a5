"""KPIs of handling (chapter B of the catalogue): what agents did with the calls and with their time."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.areas.calls.metrics.build import BAND, DOWN, OWNER, ROWS, UP, Chapter
from kefu.areas.calls.metrics.build import agent as a
from kefu.areas.calls.metrics.build import state as s
from kefu.kernel.metrics import Attribution, Kind, Metric, Unit

B = Chapter(_("指标目录 · 处理"))
EVENT = Attribution.EVENT
BUSY = ("state_talking_seconds", "state_holding_seconds", "state_wrap_seconds")
AT_WORK = s(*BUSY, "state_ready_seconds", "state_ringing_seconds")

CONVERSATIONS = (
    B.base("handled", _("处理量"), _("接通并已结束的访问数"), a("handled"), rows=ROWS["answered"]),
    B.mean(
        "aht", _("平均处理时长"), _("（通话 + 保持 + 话后）÷ 处理量"), a("talk_seconds", "hold_seconds", "wrap_seconds"),
        a("handled"), BAND, band=(120, 420), exclusions=_("仍在通话的访问要到结束后才计入"),
        note=_("过短也不好：可能在抢挂电话。"),
    ),
    B.mean(
        "att", _("平均通话时长"), _("通话 ÷ 处理量"), a("talk_seconds"), a("handled"), BAND,
        exclusions=_("不含保持和话后"),
    ),
    B.mean(
        "aht_hold", _("平均保持时长"), _("保持 ÷ 有保持的通话"), a("hold_seconds"), a("held"), DOWN,
        exclusions=_("没有保持的通话不计"),
    ),
    B.mean("acw", _("平均话后时长"), _("话后 ÷ 处理量"), a("wrap_seconds"), a("handled"), DOWN),
    B.rate(
        "transfer_rate", _("转接率"), _("转出 ÷ 处理量"), a("transferred"), a("handled"), DOWN, target=0.08,
        rows=ROWS["answered"],
    ),
    B.rate(
        "agent_release_rate", _("坐席先挂机率"), _("坐席先挂机 ÷ 处理量"), a("agent_released"), a("handled"), DOWN,
        rows=ROWS["answered"],
    ),
)  # fmt: skip

TIME = (
    B.rate(
        "occupancy", _("占用率"), _("（通话 + 保持 + 话后）÷（通话 + 保持 + 话后 + 空闲）"), s(*BUSY), AT_WORK, BAND,
        proportion=False, attribution=EVENT, band=(0.75, 0.88), exclusions=_("小休不计；振铃算空闲"),
        note=_("75%–88% 为宜，超过 90% 要警惕。时间属于它流逝的时段。"),
    ),
    B.rate(
        "utilisation", _("坐席利用率"), _("（通话 + 保持 + 话后）÷ 签入时间"), s(*BUSY), s("logged_in_seconds"), UP,
        proportion=False, attribution=EVENT, note=_("与占用率不同：分母含小休。"),
    ),
    Metric(
        "handled_per_hour", _("通次"), Unit.PER_HOUR, UP, Kind.RATIO, a("handled"), AT_WORK, n=a("handled"), scale=3600,
        formula=_("处理量 ÷ 有效工作小时（签入时间 − 小休）"), owner=OWNER, source=B.source, rows=ROWS["answered"],
    ),
    B.base(
        "logged_in", _("签入时长"), _("签入时间之和"), s("logged_in_seconds"), unit=Unit.HOURS, attribution=EVENT,
    ),
    B.rate(
        "not_ready_share", _("小休占比"), _("小休 ÷ 签入时间"), s("state_not_ready_seconds"), s("logged_in_seconds"), DOWN,
        proportion=False, attribution=EVENT,
    ),
)  # fmt: skip

HANDLING: tuple[Metric, ...] = (*CONVERSATIONS, *TIME)
