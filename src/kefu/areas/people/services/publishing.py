"""Hands events to the outbox."""

from __future__ import annotations

from django.apps import apps

from kefu.kernel.events import Event


def publish(event: Event) -> None:
    """Store the event for whoever reacts to it, in the caller's transaction."""
    if apps.is_installed("kefu.platform.outbox"):
        from kefu.platform.outbox.services import publish as store

        store(event)
