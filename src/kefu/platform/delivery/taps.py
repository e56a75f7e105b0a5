"""Every published event passes by here: endpoints that want it get a call."""

from __future__ import annotations

from kefu.platform.delivery.services import tell_endpoints
from kefu.platform.outbox.models import StoredEvent
from kefu.platform.outbox.registry import tap


@tap("delivery.webhooks")
def pass_on(event: StoredEvent) -> None:
    """Write the calls down."""
    tell_endpoints(event)
