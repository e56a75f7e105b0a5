"""Reads: the send ledger, the gateway, the webhook endpoints and their calls."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound
from kefu.platform.access import services as access
from kefu.platform.delivery import transports
from kefu.platform.delivery.choices import MessageState
from kefu.platform.delivery.models import Message, SmsGateway, WebhookCall, WebhookEndpoint
from kefu.platform.delivery.permissions import CHANNEL_MANAGE, MESSAGE_VIEW, WEBHOOK_MANAGE


def is_configured(channel: str) -> bool:
    """Whether messages of this channel (``mail``, ``sms``) have a way out."""
    return transports.is_configured(channel)


def messages(viewer: Actor) -> QuerySet[Message]:
    """The send ledger; raises ``Denied`` without the right to see it."""
    access.authorise(viewer, MESSAGE_VIEW)
    return Message.objects.all()


def message(viewer: Actor, message_id: int) -> Message:
    """One message with its attempts."""
    found = messages(viewer).prefetch_related("attempt_log", "files__file").filter(pk=message_id).first()
    if found is None:
        raise NotFound(_("没有这条消息。"))
    return found


def in_doubt_count() -> int:
    """How many messages wait for a person's decision; counted to 1,000."""
    return Message.objects.filter(state=MessageState.UNKNOWN)[:1000].count()


def gateway(viewer: Actor) -> SmsGateway | None:
    """The SMS gateway; ``None`` while there is none."""
    access.authorise(viewer, CHANNEL_MANAGE)
    return SmsGateway.objects.filter(pk=1).first()


def endpoints(viewer: Actor) -> QuerySet[WebhookEndpoint]:
    """The webhook endpoints, removed ones left out."""
    access.authorise(viewer, WEBHOOK_MANAGE)
    return WebhookEndpoint.objects.filter(removed_at__isnull=True)


def endpoint(viewer: Actor, uid: UUID | str) -> WebhookEndpoint:
    """One endpoint by its public number."""
    found = endpoints(viewer).filter(uid=uid).first()
    if found is None:
        raise NotFound(_("没有这个推送地址。"))
    return found


def calls(viewer: Actor) -> QuerySet[WebhookCall]:
    """Every webhook call with its endpoint."""
    access.authorise(viewer, WEBHOOK_MANAGE)
    return WebhookCall.objects.select_related("endpoint")
