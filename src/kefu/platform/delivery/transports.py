"""Which adapter carries a message, and what can be said of it beforehand."""

from __future__ import annotations

import logging

from kefu.platform.delivery.adapters import sms, smtp
from kefu.platform.delivery.choices import Channel, OutcomeKind
from kefu.platform.delivery.models import Message, SmsGateway
from kefu.platform.delivery.models.messages import Content
from kefu.platform.delivery.rules import Outcome
from kefu.platform.privacy.services import open_value

logger = logging.getLogger(__name__)


def is_configured(channel: str) -> bool:
    """Whether messages of this channel have a way out."""
    if channel == Channel.MAIL:
        return smtp.is_configured()
    return SmsGateway.objects.filter(is_active=True).exists()


def is_repeatable(message: Message) -> bool:
    """Whether the other side recognises a repetition, so that an interrupted attempt may be made again."""
    if message.channel == Channel.MAIL:
        return False
    return SmsGateway.objects.filter(is_active=True).exclude(idempotency_header="").exists()


def send(message: Message) -> Outcome:
    """Send a message; what is known of it afterwards. Details that are one word are codes (see ``wording``)."""
    content = message.content
    to = open_value(bytes(message.to_token))
    if content is None or to is None:
        return Outcome(OutcomeKind.REFUSED, "recipient_erased" if to is None else "content_forgotten")
    if message.channel == Channel.MAIL:
        return _send_mail(message, to, content)
    gateway = SmsGateway.objects.filter(is_active=True).first()
    if gateway is None:
        return Outcome(OutcomeKind.REFUSED, "not_configured")
    return sms.send(gateway, phone=to, text=content.body, idempotency_key=message.idempotency_key)


def _send_mail(message: Message, to: str, content: Content) -> Outcome:
    if not smtp.is_configured():
        return Outcome(OutcomeKind.REFUSED, "not_configured")
    if not to.isascii() or "@" not in to:
        return Outcome(OutcomeKind.REFUSED, "bad_address")
    files = [row.file for row in message.files.select_related("file")]
    if any(file.deleted_at is not None or not file.location.exists() for file in files):
        return Outcome(OutcomeKind.REFUSED, "file_gone")
    try:
        mail = smtp.compose(to=to, content=content, message_id=str(message.uid), files=files)
    except (ValueError, OSError):
        logger.exception("message %s cannot be written as a mail", message.uid)
        return Outcome(OutcomeKind.REFUSED, "not_composed")
    return smtp.send(to, mail)
