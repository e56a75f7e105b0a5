"""Given people and their choices, when they are told something, then each hears once by the chosen ways."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy

from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access.models import User
from kefu.platform.live import queries as live
from kefu.platform.notify import badge, queries, services
from kefu.platform.notify.choices import Way
from kefu.platform.notify.models import Dispatch, Notice, PersonalSettings
from kefu.platform.notify.registry import NOTICE_KINDS, notice_kind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kinds() -> object:
    before = dict(NOTICE_KINDS._items)
    notice_kind("test.plain", "普通通知")
    notice_kind("test.must", "必收通知", ("inbox", "mail"), mandatory=True)
    notice_kind("test.alarm", "紧急通知", ("inbox", "sms"), urgent=True)
    notice_kind("test.quiet", "汇总通知", ("inbox", "digest"))
    yield
    NOTICE_KINDS._items.clear()
    NOTICE_KINDS._items.update(before)


def person(name: str, **more: object) -> User:
    return User.objects.create(username=name, display_name=name, **more)


def test_each_person_is_told_once_per_key() -> None:
    ann, bob = person("ann"), person("bob")
    told = services.notify(users=[ann.pk, bob.pk, ann.pk], kind="test.plain", title="请查看", dedupe_key="case:1")
    again = services.notify(users=[ann.pk, bob.pk], kind="test.plain", title="请查看", dedupe_key="case:1")
    assert (told, again, Notice.objects.count()) == (2, 0, 2)
    assert services.notify(users=[ann.pk], kind="test.plain", title="没有键") == 1
    assert services.notify(users=[ann.pk], kind="test.plain", title="没有键") == 1


def test_accounts_out_of_use_and_those_who_switched_it_off_are_left_out() -> None:
    ann, gone = person("ann"), person("gone", is_active=False)
    services.save_preferences(actor=ann.as_actor(), ways={"test.plain": []})
    assert services.notify(users=[ann.pk, gone.pk], kind="test.plain", title="请查看") == 0
    assert Notice.objects.count() == 0


def test_texts_are_read_in_the_readers_language() -> None:
    ann = person("ann")
    services.notify(
        users=[ann.pk],
        kind="test.plain",
        title=gettext_lazy("还有 %(count)d 条，请在收件箱中查看。"),
        params={"count": 3},
    )
    found = Notice.objects.get()
    assert found.title == "还有 %(count)d 条，请在收件箱中查看。"
    assert found.title_text == "还有 3 条，请在收件箱中查看。"
    with translation.override("en"):
        assert found.title_text != "还有 %(count)d 条，请在收件箱中查看。"
    services.notify(users=[ann.pk], kind="test.plain", title="完成 100%")
    assert Notice.objects.order_by("-id")[0].title_text == "完成 100%"


def test_a_notice_leads_to_our_own_pages_only() -> None:
    ann = person("ann")
    for url in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="leads to a page of ours"):
            services.notify(users=[ann.pk], kind="test.plain", title="x", url=url)
    with pytest.raises(KeyError):
        services.notify(users=[ann.pk], kind="test.nothing", title="x")
    assert Notice.objects.count() == 0


def test_what_is_rolled_back_was_never_said() -> None:
    ann = person("ann")
    with transaction.atomic():
        services.notify(users=[ann.pk], kind="test.must", title="x")
        transaction.set_rollback(True)
    assert (Notice.objects.count(), Dispatch.objects.count()) == (0, 0)


def test_the_ways_follow_kind_and_choice() -> None:
    ann = person("ann")
    services.notify(users=[ann.pk], kind="test.must", title="a")
    services.notify(users=[ann.pk], kind="test.alarm", title="b")
    assert sorted(Dispatch.objects.values_list("way", flat=True)) == [Way.MAIL, Way.SMS]
    services.save_preferences(actor=ann.as_actor(), ways={"test.alarm": ["mail", "digest"]})
    services.notify(users=[ann.pk], kind="test.alarm", title="c")
    last = Notice.objects.order_by("-id")[0]
    assert (last.in_inbox, [row.way for row in last.dispatches.all()]) == (False, [Way.MAIL])
    assert badge.unread_count(ann.pk) == 2


def test_a_mandatory_kind_stays_in_the_inbox() -> None:
    ann = person("ann")
    with pytest.raises(InvalidInput):
        services.save_preferences(actor=ann.as_actor(), ways={"test.must": ["mail"]})
    with pytest.raises(InvalidInput):
        services.save_preferences(actor=ann.as_actor(), ways={"test.plain": ["pigeon"]})
    assert services.notify(users=[ann.pk], kind="test.must", title="x") == 1
    assert Notice.objects.get().in_inbox


def test_quiet_hours_hold_back_all_but_the_urgent(time_machine: object) -> None:
    time_machine.move_to(datetime(2026, 11, 20, 15, 30, tzinfo=UTC), tick=False)  # type: ignore[attr-defined] # 23:30 there
    ann = person("ann")
    PersonalSettings.objects.create(user=ann, quiet_from=time(22), quiet_until=time(7), digest_at=time(8, 30))
    services.notify(users=[ann.pk], kind="test.must", title="a")
    services.notify(users=[ann.pk], kind="test.alarm", title="b")
    services.notify(users=[ann.pk], kind="test.quiet", title="c")
    due = dict(Dispatch.objects.values_list("way", "due_at"))
    assert due == {
        "mail": datetime(2026, 11, 20, 23, 0, tzinfo=UTC),
        "sms": datetime(2026, 11, 20, 15, 30, tzinfo=UTC),
        "digest": datetime(2026, 11, 21, 0, 30, tzinfo=UTC),
    }


def test_everybody_reads_and_marks_their_own_only() -> None:
    ann, bob = person("ann"), person("bob")
    services.notify(users=[ann.pk, bob.pk], kind="test.plain", title="x")
    hers, his = Notice.objects.get(user=ann), Notice.objects.get(user=bob)
    assert list(queries.inbox(ann.as_actor())) == [hers]
    assert list(queries.inbox(Actor.anonymous())) == []
    with pytest.raises(NotFound):
        queries.notice(ann.as_actor(), his.pk)
    assert services.mark_read(actor=ann.as_actor(), ids=[hers.pk, his.pk]) == 1
    his.refresh_from_db()
    assert his.is_unread
    assert services.mark_unread(actor=ann.as_actor(), ids=[hers.pk, his.pk]) == 1
    assert services.mark_all_read(actor=ann.as_actor(), kind="test.must") == 0
    assert services.mark_all_read(actor=ann.as_actor()) == 1
    assert (badge.unread_count(ann.pk), badge.unread_count(bob.pk)) == (0, 1)


def test_the_badge_is_published_when_committed_and_read_by_its_owner_alone(
    django_capture_on_commit_callbacks: object,
) -> None:
    ann, bob = person("ann"), person("bob")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        services.notify(users=[ann.pk], kind="test.plain", title="x")
    assert live.newest(badge.topic_of(ann.pk)) == '{"unread":1}'
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        services.mark_all_read(actor=ann.as_actor())
    assert live.newest(badge.topic_of(ann.pk)) == '{"unread":0}'
    assert badge.may_read(ann.as_actor(), badge.topic_of(ann.pk))
    assert not badge.may_read(bob.as_actor(), badge.topic_of(ann.pk))
    assert not badge.may_read(Actor.anonymous(), badge.topic_of(ann.pk))
