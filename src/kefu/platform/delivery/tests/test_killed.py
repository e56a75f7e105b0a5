"""Given a sender that is killed with the mail already out, when work goes on, then the mail is not sent again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as installed
from django.db import connection

from kefu.kernel import clock
from kefu.platform.delivery import services
from kefu.platform.delivery.choices import MessageState
from kefu.platform.delivery.models import MessageAttempt
from kefu.platform.delivery.tests.conftest import SYSTEM, mail
from kefu.platform.delivery.tests.outside import Mailbox
from kefu.platform.jobs import worker
from kefu.platform.jobs.testing import tick

SENDER = "import django; django.setup(); from kefu.platform.delivery import sending; sending.process({pk})"


def address_of_the_test_database() -> str:
    given = connection.settings_dict
    return f"postgresql://{given['USER']}:{given['PASSWORD']}@/{given['NAME']}?host={given['HOST']}" + (
        f"&port={given['PORT']}" if given["PORT"] else ""
    )


@pytest.mark.django_db(transaction=True)
def test_kill_between_send_and_record(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    message = mail()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "kefu.site.settings",
        "DATABASE_URL": address_of_the_test_database(),
        "KEFU_SECRET_KEY": installed.SECRET_KEY,
        "KEFU_SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}",
    }
    sender = subprocess.Popen([sys.executable, "-c", SENDER.format(pk=message.pk)], env=environment)
    take = Mailbox.handle_DATA

    async def take_and_kill(self: Mailbox, server: Any, session: Any, envelope: Any) -> str:
        answer = await take(self, server, session, envelope)
        sender.send_signal(signal.SIGKILL)
        sender.wait(10)
        return answer

    monkeypatch.setattr(Mailbox, "handle_DATA", take_and_kill)
    assert sender.wait(60) == -signal.SIGKILL
    monkeypatch.undo()
    message.refresh_from_db()
    assert (message.state, len(mailbox.mails)) == (MessageState.SENDING, 1)
    assert MessageAttempt.objects.get().outcome == ""

    tick("delivery.settle_interrupted", clock.now() + timedelta(minutes=3))
    tick("delivery.restore_lost", clock.now() + timedelta(minutes=3))
    worker.run_waiting()
    message.refresh_from_db()
    assert (message.state, message.error, len(mailbox.mails)) == (MessageState.UNKNOWN, "interrupted", 1)

    services.resolve_doubt(actor=SYSTEM, message_id=message.pk, arrived=True, reason="收件人说收到了")
    worker.run_waiting()
    message.refresh_from_db()
    assert (message.state, len(mailbox.mails)) == (MessageState.SENT, 1)
