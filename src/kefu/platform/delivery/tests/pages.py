"""The pages of delivery, with something to show."""

from __future__ import annotations

from typing import Any

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.platform.delivery import services
from kefu.platform.delivery.choices import CallState, EndpointState, MessageState, OutcomeKind
from kefu.platform.delivery.models import Message, MessageAttempt, SmsGateway, WebhookCall, WebhookEndpoint
from kefu.platform.privacy.services import tokenise
from kefu.platform.webui.testing.pages import PAGES, PageCase

SYSTEM = Actor.system("test")


def some_messages(user: Any) -> None:
    now = clock.now()
    token = tokenise("email", ["wang@example.com"])["wang@example.com"]
    for number, state in enumerate(MessageState):
        message = services.send(
            channel="mail",
            to_token=token,
            subject=f"日报 {number}",
            body="正文",
            dedupe_key=f"page:{number}",
            origin="insight.report:7",
        )
        closed = state in (MessageState.SENT, MessageState.FAILED, MessageState.DISCARDED)
        Message.objects.filter(pk=message.pk).update(
            state=state,
            claimed_at=now,
            attempts=1,
            finished_at=now if closed else None,
            error={"failed": "SMTP 550 no such user", "unknown": "interrupted"}.get(state, ""),
        )
        MessageAttempt.objects.create(message=message, number=1, started_at=now)
        MessageAttempt.objects.create(
            message=message, number=2, started_at=now, finished_at=now, outcome=OutcomeKind.REFUSED, detail="SMTP 550"
        )


def doubtful_message(user: Any) -> dict[str, Any]:
    some_messages(user)
    return {"pk": Message.objects.get(state=MessageState.UNKNOWN).pk}


def a_gateway(user: Any) -> None:
    SmsGateway.objects.create(
        is_active=True,
        url="https://sms.example.com/send",
        headers={"Authorization": "Bearer {{secret}}"},
        body='{"mobile": "{{phone}}", "content": "{{text}}"}',
        success_kind="json",
        success_path="code",
        success_value="0",
        updated_at=clock.now(),
    )


def some_endpoints(user: Any) -> dict[str, Any]:
    endpoint, _secret = services.add_endpoint(
        actor=SYSTEM,
        name="数据仓库",
        url="https://warehouse.example.com/hooks/kefu",
        events=["people.employee_joined", "people.employee_left"],
    )
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        state=EndpointState.FAILING, paused_at=clock.now(), failed_in_a_row=20
    )
    endpoint.refresh_from_db()
    now = clock.now()
    for state in CallState:
        closed = state in (CallState.DELIVERED, CallState.FAILED)
        WebhookCall.objects.create(
            endpoint=endpoint,
            event_uid=f"00000000-0000-0000-0000-00000000000{list(CallState).index(state)}",
            event_code="people.employee_joined",
            event_version=1,
            payload={"employee_id": 7, "unit_id": 2, "starts_on": "2026-11-20"},
            occurred_at=now,
            state=state,
            claimed_at=now,
            status=500 if state == CallState.FAILED else None,
            error="HTTP 500 oops" if state == CallState.FAILED else "",
            created_at=now,
            finished_at=now if closed else None,
        )
    return {"uid": endpoint.uid}


def endpoints_only(user: Any) -> None:
    some_endpoints(user)


def failed_call(user: Any) -> dict[str, Any]:
    some_endpoints(user)
    return {"uid": WebhookCall.objects.get(state=CallState.FAILED).uid}


PAGES.register_all(
    [
        PageCase("delivery.messages", "delivery:messages", prepare=some_messages),
        PageCase("delivery.message", "delivery:message", prepare=doubtful_message),
        PageCase("delivery.channels", "delivery:channels", prepare=a_gateway),
        PageCase("delivery.webhooks", "delivery:webhooks", prepare=endpoints_only),
        PageCase("delivery.webhooks_empty", "delivery:webhooks"),
        PageCase("delivery.webhook_new", "delivery:new_webhook"),
        PageCase("delivery.webhook", "delivery:webhook", prepare=some_endpoints),
        PageCase("delivery.calls", "delivery:calls", prepare=endpoints_only),
        PageCase("delivery.call", "delivery:call", prepare=failed_call),
    ]
)
