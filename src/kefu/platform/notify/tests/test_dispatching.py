"""Given notices that are to leave the house, when their time comes, then each goes out once, digests together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu.kernel import clock
from kefu.platform.access.models import User
from kefu.platform.delivery.models import Message
from kefu.platform.delivery.testing import drain
from kefu.platform.delivery.tests.outside import Mailbox, mail_server
from kefu.platform.jobs.testing import tick
from kefu.platform.notify import queries, rules, services
from kefu.platform.notify.choices import DispatchState, SkipReason
from kefu.platform.notify.models import Dispatch, Notice
from kefu.platform.notify.registry import NOTICE_KINDS, SOURCES, address_source, notice_kind
from kefu.platform.privacy.registry import RETENTIONS, Holds
from kefu.platform.privacy.services import tokenise

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _kinds(time_machine: Any) -> Iterator[None]:
    time_machine.move_to(NOW, tick=False)
    before, sources = dict(NOTICE_KINDS._items), dict(SOURCES._items)
    notice_kind("test.mail", "立即邮件", ("inbox", "mail"))
    notice_kind("test.digest", "汇总通知", ("inbox", "digest"))
    notice_kind("test.sms", "短信通知", ("inbox", "sms"))
    yield
    NOTICE_KINDS._items.clear()
    NOTICE_KINDS._items.update(before)
    SOURCES._items.clear()
    SOURCES._items.update(sources)


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    settings.PUBLIC_URL = "https://kefu.example.com"
    with mail_server(settings) as box:
        yield box


def person(name: str, mail: str = "", **more: Any) -> User:
    user = User.objects.create(username=name, display_name=name, **more)
    if mail:
        services.save_addresses(actor=user.as_actor(), mail=mail)
    return user


@pytest.mark.django_db
def test_a_mail_goes_out_once_in_the_readers_language(mailbox: Mailbox) -> None:
    ann = person("ann", "ann@example.com", language="en")
    services.notify(
        users=[ann.pk], kind="test.mail", title="您有 %(count)d 条通知", params={"count": 2}, body="正文", url="/jobs/"
    )
    tick("notify.dispatch")
    tick("notify.dispatch")
    drain()
    [mail] = mailbox.mails
    assert (mail["To"], "通知" in str(mail["Subject"])) == ("ann@example.com", False)
    assert "https://kefu.example.com/jobs/" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    [row] = Dispatch.objects.all()
    assert (row.state, row.message_id) == (DispatchState.HANDED_OVER, Message.objects.get().pk)


@pytest.mark.django_db
def test_a_digest_holds_all_that_was_not_read(mailbox: Mailbox) -> None:
    ann = person("ann", "ann@example.com")
    for number in range(3):
        services.notify(users=[ann.pk], kind="test.digest", title=f"第 {number} 条 <b>")
    services.mark_read(actor=ann.as_actor(), ids=[Notice.objects.order_by("id")[0].pk])
    tick("notify.dispatch", NOW + timedelta(hours=12))
    assert Dispatch.objects.filter(state=DispatchState.WAITING).count() == 3
    tick("notify.dispatch", NOW + timedelta(hours=23))
    drain()
    [mail] = mailbox.mails
    assert mail["Subject"] == "您有 2 条通知"
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "第 2 条 &lt;b&gt;" in html
    assert "第 0 条" not in html
    assert Dispatch.objects.get(skip_reason=SkipReason.READ).state == DispatchState.SKIPPED
    assert set(Dispatch.objects.exclude(message=None).values_list("message_id", flat=True)) == {
        Message.objects.get().pk
    }


@pytest.mark.django_db
def test_what_cannot_go_out_says_why(mailbox: Mailbox) -> None:
    nowhere, gone = person("nowhere"), person("gone", "gone@example.com")
    services.notify(users=[nowhere.pk, gone.pk], kind="test.mail", title="x")
    services.notify(users=[nowhere.pk], kind="test.sms", title="y")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    tick("notify.dispatch")
    assert Message.objects.count() == 0
    reasons = {(row.notice.user.username, row.way): row.skip_reason for row in Dispatch.objects.all()}
    assert reasons == {
        ("nowhere", "mail"): SkipReason.NO_ADDRESS,
        ("gone", "mail"): SkipReason.INACTIVE,
        ("nowhere", "sms"): SkipReason.NOT_CONFIGURED,
    }


@pytest.mark.django_db
def test_one_s_own_address_comes_before_what_others_know() -> None:
    ann, bob = person("ann", "ann@example.com"), person("bob")
    theirs = tokenise("email", ["file@example.com"])["file@example.com"]

    @address_source("test.file", "mail")
    def file(user_ids: Any) -> dict[int, bytes]:
        return dict.fromkeys(user_ids, theirs)

    found = queries.addresses([ann.pk, bob.pk], "mail")
    assert found[bob.pk] == theirs
    assert found[ann.pk] == tokenise("email", ["ann@example.com"])["ann@example.com"]
    assert queries.addresses([ann.pk, bob.pk], "sms") == {}


@pytest.mark.django_db
def test_old_notices_are_forgotten() -> None:
    ann = person("ann")
    services.notify(users=[ann.pk], kind="test.mail", title="x")
    old, now = RETENTIONS.get("notify.notices"), clock.now()
    assert old.erase(now - timedelta(minutes=5), Holds(), 10) == 0
    assert Notice.objects.count() == 1
    assert old.erase(now + timedelta(minutes=5), Holds(), 10) == 1
    assert (Notice.objects.count(), Dispatch.objects.count()) == (0, 0)


# pure

MINUTES = st.integers(0, 1439).map(lambda m: time(m // 60, m % 60))


@given(MINUTES, MINUTES, st.integers(0, 3 * 1440))
def test_quiet_hours_against_a_walk_by_minutes(begin: time, end: time, offset: int) -> None:
    now = datetime(2026, 11, 20, 0, 0, tzinfo=UTC) + timedelta(minutes=offset)
    found = rules.goes_out_at(now, ZONE, begin, end, urgent=False)
    slow = now
    while begin != end and rules.is_quiet(slow.astimezone(ZONE).time(), begin, end):
        slow += timedelta(minutes=1)
    assert found == slow
    assert rules.goes_out_at(now, ZONE, begin, end, urgent=True) == now
    assert rules.goes_out_at(now, ZONE, None, None, urgent=False) == now


@given(MINUTES, st.integers(0, 3 * 1440))
def test_the_next_digest_is_within_a_day_at_its_time(at: time, offset: int) -> None:
    now = datetime(2026, 11, 20, 0, 0, tzinfo=UTC) + timedelta(minutes=offset)
    found = rules.next_digest_at(now, ZONE, at)
    assert timedelta(0) < found - now <= timedelta(days=1)
    assert found.astimezone(ZONE).time() == at


@given(st.sets(st.sampled_from(["inbox", "mail", "sms", "digest"])), st.booleans())
def test_ways(chosen: set[str], mandatory: bool) -> None:
    found = rules.ways(chosen, {"inbox"}, mandatory=mandatory)
    assert ("inbox" in found) == ("inbox" in chosen or mandatory)
    assert not {"mail", "digest"} <= found
    assert rules.ways(None, chosen, mandatory=mandatory) == found
