"""Fixtures: the outside world, and who may look after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kefu.kernel.actor import Actor
from kefu.platform.delivery import services
from kefu.platform.delivery.models import Message, SmsGateway
from kefu.platform.delivery.tests.outside import Mailbox, Receiver, http_server, mail_server
from kefu.platform.privacy.services import tokenise

SYSTEM = Actor.system("test")
ADDRESS = "wang@example.com"
PHONE = "13800138000"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with mail_server(settings) as box:
        yield box


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.PRIVATE_TARGETS = ["127.0.0.1"]
    with http_server() as made:
        yield made


@pytest.fixture
def gateway(receiver: Receiver, db: None) -> SmsGateway:
    """A gateway that answers {"code": 0} when it took the message."""
    receiver.answer = (200, '{"code": 0, "data": {"id": "g-1"}}')
    return services.save_gateway(
        actor=SYSTEM,
        secret="top-secret",
        values={
            "is_active": True,
            "url": receiver.url + "/send",
            "method": "POST",
            "headers": {"X-Key": "{{secret}}"},
            "body_kind": "json",
            "body": '{"to": "{{phone}}", "content": "【客服】{{text}}", "ref": "{{id}}"}',
            "success_kind": "json",
            "success_path": "code",
            "success_value": "0",
            "id_path": "data.id",
            "timeout_seconds": 2,
        },
    )


def mail(key: str = "k1", **more: Any) -> Message:
    """Ask for a mail."""
    given = {"subject": "您好", "body": "请在 13912345678 联系我", "html": "<p>您好</p>", **more}
    return services.send(channel="mail", to_token=tokenise("email", [ADDRESS])[ADDRESS], dedupe_key=key, **given)


def text(key: str = "s1", body: str = "验证码 1234") -> Message:
    """Ask for a short message."""
    return services.send(
        channel="sms", to_token=tokenise("phone", [PHONE])[PHONE], subject="", body=body, dedupe_key=key
    )
