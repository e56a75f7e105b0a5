"""Given notices, when their reader opens the pages or asks the API, then all is theirs and nobody else's."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from kefu.platform.access.models import User
from kefu.platform.notify import queries, services
from kefu.platform.notify.models import Notice, PersonalSettings
from kefu.platform.notify.registry import NOTICE_KINDS
from kefu.platform.webui.testing.people import user_with

pytestmark = pytest.mark.django_db
KIND = "delivery.trouble"


@pytest.fixture
def me(client: Client) -> User:
    user = user_with("agent")
    client.force_login(user)
    return user


def tell(*users: User, title: str = "请查看", url: str = "/jobs/") -> None:
    services.notify(users=[user.pk for user in users], kind=KIND, title=title, url=url)


def test_every_page_shows_the_number(client: Client, me: User) -> None:
    page = client.get("/jobs/").content.decode()
    assert f'data-topic="notify.user.{me.pk}"' in page
    assert "收件箱，没有未读" in page
    tell(me)
    tell(me)
    assert 'aria-label="收件箱，2 条未读"' in client.get("/jobs/").content.decode()
    client.logout()
    assert "<ui-bell" not in client.get("/sign-in/").content.decode()


def test_unread_ones_come_first_and_reading_marks(client: Client, me: User) -> None:
    tell(me, title="第一条")
    tell(me, title="第二条")
    newest = Notice.objects.order_by("-id")[0]
    page = client.get(f"/inbox/{newest.pk}/").content.decode()
    assert 'href="/jobs/"' in page
    text = client.get("/inbox/").content.decode()
    assert text.index("第一条") < text.index("第二条")
    assert "第二条" not in client.get("/inbox/", {"view": "unread"}).content.decode()
    client.post("/inbox/unread", {"id": [newest.pk]})
    assert queries.unread_count(me.pk) == 2
    client.post("/inbox/read", {"id": [newest.pk, "x"]})
    assert queries.unread_count(me.pk) == 1
    client.post("/inbox/read-all")
    assert queries.unread_count(me.pk) == 0


def test_a_title_is_never_markup(client: Client, me: User) -> None:
    tell(me, title="<script>alert(1)</script>")
    assert "<script>alert(1)" not in client.get("/inbox/").content.decode()


def test_of_others_one_learns_nothing(client: Client, me: User) -> None:
    other = user_with("leader")
    tell(other)
    theirs = Notice.objects.get()
    assert client.get(f"/inbox/{theirs.pk}/").status_code == 404
    for path in ("read", "unread", "read-all"):
        client.post(f"/inbox/{path}", {"id": [theirs.pk]})
    client.post("/api/v1/notices/read", json.dumps({"ids": [theirs.pk]}), content_type="application/json")
    theirs.refresh_from_db()
    assert theirs.is_unread
    assert client.get("/api/v1/notices").json()["items"] == []
    answer = client.get("/live/ticket/", {"topic": f"notify.user.{other.pk}"})
    assert answer.status_code == 403
    client.logout()
    for path in ("/inbox/", "/inbox/settings/"):
        assert client.get(path).status_code == 302
    assert client.get("/api/v1/notices").status_code == 401


def test_what_one_chooses_is_kept(client: Client, me: User) -> None:
    assert client.get("/inbox/settings/").status_code == 200
    client.post("/inbox/settings/kinds", {f"ways.{KIND}": ["mail", "digest"]})
    [choice] = [choice for choice in queries.choices_of(me.pk) if choice.kind.code == KIND]
    assert choice.ways == ({"mail", "inbox"} if NOTICE_KINDS.get(KIND).mandatory else {"mail"})
    bad = client.post("/inbox/settings/hours", {"quiet_from": "22:00", "quiet_until": "", "digest_at": "08:00"})
    assert bad.status_code == 422
    assert client.post("/inbox/settings/addresses", {"mail": "not an address"}).status_code == 422
    assert not PersonalSettings.objects.exists()
    client.post("/inbox/settings/hours", {"quiet_from": "21:00", "quiet_until": "08:00", "digest_at": "09:00"})
    client.post("/inbox/settings/addresses", {"mail": "wang@example.com", "phone": "138 0013 8000"})
    page = client.get("/inbox/settings/").content.decode()
    assert "w***@example.com" in page
    assert "138****8000" in page
    client.post("/inbox/settings/addresses", {"forget_phone": "on"})
    own = PersonalSettings.objects.get()
    assert (str(own.quiet_from), own.mail_token is None, own.phone_token) == ("21:00:00", False, None)


def test_the_same_over_the_api(client: Client, me: User) -> None:
    tell(me, title="第一条")
    tell(me, title="第二条")
    items = client.get("/api/v1/notices", {"unread": "true"}).json()["items"]
    assert [item["title"] for item in items] == ["第二条", "第一条"]
    answer = client.post("/api/v1/notices/read", json.dumps({"ids": [items[0]["id"]]}), content_type="application/json")
    assert answer.json() == {"changed": 1, "unread": 1}
    assert client.post("/api/v1/notices/read-all").json() == {"changed": 1, "unread": 0}
    assert client.get("/api/v1/notices", {"kind": KIND, "limit": 1}).json()["next"] is not None
