"""delivery → notify: administrators hear of what did not get out.

| when | who is told |
| --- | --- |
| ``MessageInDoubt`` | administrators: somebody has to look whether it arrived |
| ``MessageFailed`` | administrators, once an hour per channel |
| ``EndpointPaused`` | administrators |

A failure of a notice's own mail comes by here as well; that notice stays in the inbox in any case.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kefu.platform.access.queries import responsible_users
from kefu.platform.delivery.events import EndpointPaused, MessageFailed, MessageInDoubt
from kefu.platform.notify.registry import notice_kind
from kefu.platform.notify.services import notify
from kefu.platform.outbox.models import StoredEvent
from kefu.platform.outbox.registry import subscribe

TROUBLE = notice_kind(
    "delivery.trouble", _("邮件、短信、推送未能送达"), ("inbox",), mandatory=True, icon="triangle-alert"
)


def _administrators() -> tuple[int, ...]:
    return responsible_users("role:admin")


@subscribe(MessageInDoubt, "loop.delivery_to_notify.in_doubt")
def in_doubt(event: StoredEvent) -> None:
    """Somebody has to look whether it arrived."""
    notify(
        users=_administrators(),
        kind=TROUBLE.code,
        title=_("有一条消息不知道是否送达，请核实后处理"),
        body=_("为避免重复发送，系统不会自行重发。"),
        url=reverse("delivery:message", args=[event.payload["message_id"]]),
        origin=f"delivery.message:{event.payload['message_id']}",
        dedupe_key=f"event:{event.uid}",
    )


@subscribe(MessageFailed, "loop.delivery_to_notify.failed")
def failed(event: StoredEvent) -> None:
    """Messages fail in swarms when a server is away: one notice an hour speaks for all of a channel."""
    channel = event.payload["channel"]
    notify(
        users=_administrators(),
        kind=TROUBLE.code,
        title=_("有邮件没有发出去") if channel == "mail" else _("有短信没有发出去"),
        body=_("请在发送记录中查看原因，解决后重新发送。"),
        url=f"{reverse('delivery:messages')}?view=failed",
        origin=f"delivery.message:{event.payload['message_id']}",
        dedupe_key=f"delivery.failed:{channel}:{event.created_at:%Y%m%d%H}",
    )


@subscribe(EndpointPaused, "loop.delivery_to_notify.endpoint_paused")
def endpoint_paused(event: StoredEvent) -> None:
    """Another system hears nothing any more."""
    notify(
        users=_administrators(),
        kind=TROUBLE.code,
        title=_("一个推送地址连续失败 %(count)d 次，已自动暂停"),
        params={"count": event.payload["failed_in_a_row"]},
        body=_("暂停期间的事件会保留，恢复后补推。"),
        url=reverse("delivery:webhooks"),
        origin=f"delivery.endpoint:{event.payload['endpoint_id']}",
        dedupe_key=f"event:{event.uid}",
    )
