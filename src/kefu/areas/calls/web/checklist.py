"""The steps of this room on the set-up checklist."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.areas.calls import permissions
from kefu.areas.calls.choices import SourceKind
from kefu.areas.calls.models import Queue, Source
from kefu.kernel.actor import Actor
from kefu.platform.webui.checklist import STEPS, Action, Standing, Step
from kefu.platform.webui.formats import when

SHOWN = 6


def _source(viewer: Actor) -> Standing:
    sources = list(Source.objects.filter(is_active=True).order_by("pk")[:SHOWN])
    if not sources:
        return Standing(missing=(_("还没有话务源：可以跟随 Asterisk 队列日志、导入话单文件，或由话务平台推送事件。"),))
    arrived = [source for source in sources if source.last_received_at is not None]
    if not arrived:
        return Standing(_waiting_text(sources[0]), waiting=_("正在等待第一批数据，到达后这里会自动更新。"))
    last = max(arrived, key=lambda source: source.last_received_at or source.created_at)
    text = _("“%(name)s”的第一批数据已到达，最近收到：%(when)s") % {
        "name": last.name,
        "when": when(last.last_received_at),
    }
    return Standing(text)


def _waiting_text(source: Source) -> str:
    if source.kind == SourceKind.ASTERISK_QUEUE_LOG:
        return _("在能读到日志的机器上运行：kefu connect %(code)s；也可以在话务源页面上传一份日志。") % {
            "code": source.code
        }
    if source.kind == SourceKind.ROWS:
        return _("在话务源页面上传话单文件和列映射。")
    return _("在话务源页面取得推送地址和签名密钥，交给话务平台。")


def _queues(viewer: Actor) -> Standing:
    rows = Queue.objects.filter(is_active=True)
    total = rows.count()
    if not total:
        return Standing(waiting=_("话务数据里出现的队列会自动列在这里。"))
    names = list(rows.filter(is_arranged=False).values_list("name", flat=True))
    text = _("队列 %(n)d 个") % {"n": total}
    if not names:
        return Standing(text)
    shown = "、".join(names[:SHOWN])
    return Standing(text, (_("还有 %(n)d 个队列待整理：%(names)s") % {"n": len(names), "names": shown},))


def register() -> None:
    """Put the steps on the checklist."""
    STEPS.register_all(
        [
            Step(
                "calls.source", gettext_lazy("话务源"),
                gettext_lazy("真实话务从这里流入：Asterisk 队列日志或 AMI、话单文件、Webhook 推送。"),
                "server", 40, permissions.SOURCE_MANAGE, _source,
                (
                    Action(gettext_lazy("新建话务源"), "plus", "calls:source_new", permissions.SOURCE_MANAGE),
                    Action(gettext_lazy("话务源"), "server", "calls:sources", permissions.SOURCE_VIEW),
                ),
            ),
            Step(
                "calls.queues", gettext_lazy("技能队列"),
                gettext_lazy("给每个队列取好名称，定服务水平目标、服务时间和归属职场。"),
                "list-checks", 50, permissions.QUEUE_MANAGE, _queues,
                (
                    Action(gettext_lazy("整理队列"), "list-checks", "calls:queues_arrange", permissions.QUEUE_MANAGE),
                    Action(gettext_lazy("技能队列"), "list", "calls:queues", permissions.QUEUE_VIEW),
                ),
            ),
        ]
    )  # fmt: skip
