"""The pages of deliveries."""

from __future__ import annotations

from typing import Any

from kefu.kernel import clock
from kefu.platform.outbox.choices import DeliveryState
from kefu.platform.outbox.models import Delivery, StoredEvent
from kefu.platform.webui.testing.pages import PAGES, PageCase


def some_deliveries(user: Any) -> None:
    now = clock.now()
    for number, state in enumerate(DeliveryState):
        event = StoredEvent.objects.create(
            code="sample.thing_happened", version=1, payload={"id": number}, cause="job:1", created_at=now
        )
        Delivery.objects.create(
            event=event,
            handler="loop.sample.react",
            state=state,
            attempts=number,
            error="ValueError: 没有这条记录" if state == DeliveryState.DEAD else "",
            trace="0a1b2c3d4e5f" if state == DeliveryState.DEAD else "",
            created_at=now,
        )


def dead_letter(user: Any) -> dict[str, Any]:
    some_deliveries(user)
    return {"pk": Delivery.objects.get(state=DeliveryState.DEAD).pk}


PAGES.register(PageCase("outbox.deliveries", "outbox:deliveries", prepare=some_deliveries))
PAGES.register(PageCase("outbox.delivery", "outbox:delivery", prepare=dead_letter))
