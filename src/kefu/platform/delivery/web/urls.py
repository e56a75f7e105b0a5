"""``/delivery/``."""

from __future__ import annotations

from django.urls import path

from kefu.platform.delivery.web import channels, messages, webhooks

app_name = "delivery"
urlpatterns = [
    path("messages/", messages.index, name="messages"),
    path("messages/retry", messages.retry, name="retry"),
    path("messages/<int:pk>/", messages.detail, name="message"),
    path("messages/<int:pk>/decide", messages.decide, name="decide"),
    path("channels/", channels.index, name="channels"),
    path("channels/sms", channels.save, name="save_gateway"),
    path("channels/test", channels.test, name="test"),
    path("webhooks/", webhooks.index, name="webhooks"),
    path("webhooks/new/", webhooks.new, name="new_webhook"),
    path("webhooks/calls/", webhooks.calls, name="calls"),
    path("webhooks/calls/replay", webhooks.replay, name="replay"),
    path("webhooks/calls/<uuid:uid>/", webhooks.call, name="call"),
    path("webhooks/<uuid:uid>/", webhooks.detail, name="webhook"),
    path("webhooks/<uuid:uid>/secret", webhooks.renew, name="renew_secret"),
    path("webhooks/<uuid:uid>/pause", webhooks.pause, name="pause"),
    path("webhooks/<uuid:uid>/resume", webhooks.resume, name="resume"),
    path("webhooks/<uuid:uid>/ping", webhooks.ping, name="ping"),
    path("webhooks/<uuid:uid>/remove", webhooks.remove, name="remove"),
]
