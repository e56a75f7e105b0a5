"""Writes: messages, the SMS gateway, webhook endpoints."""

from kefu.platform.delivery.services.gateways import save_gateway, send_test
from kefu.platform.delivery.services.messages import discard_message, resolve_doubt, retry_messages, send
from kefu.platform.delivery.services.webhooks import (
    add_endpoint,
    change_endpoint,
    pause_endpoint,
    remove_endpoint,
    renew_secret,
    replay_calls,
    resume_endpoint,
    send_ping,
    tell_endpoints,
    unknown_call,
)

__all__ = [
    "add_endpoint",
    "change_endpoint",
    "discard_message",
    "pause_endpoint",
    "remove_endpoint",
    "renew_secret",
    "replay_calls",
    "resolve_doubt",
    "resume_endpoint",
    "retry_messages",
    "save_gateway",
    "send",
    "send_ping",
    "send_test",
    "tell_endpoints",
    "unknown_call",
]
