"""The send ledger, the SMS gateway and the webhook endpoints."""

from kefu.platform.delivery.models.gateways import SmsGateway
from kefu.platform.delivery.models.messages import Message, MessageAttempt, MessageFile
from kefu.platform.delivery.models.webhooks import WebhookCall, WebhookEndpoint

__all__ = ["Message", "MessageAttempt", "MessageFile", "SmsGateway", "WebhookCall", "WebhookEndpoint"]
