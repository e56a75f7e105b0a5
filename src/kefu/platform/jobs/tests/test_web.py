"""Given the job pages, when people use them, then they see and steer what is theirs."""

from __future__ import annotations

import pytest
from django.test import Client

from kefu.kernel.actor import Actor
from kefu.platform.access.models import User
from kefu.platform.jobs import services
from kefu.platform.jobs.choices import JobState
from kefu.platform.jobs.context import JobContext
from kefu.platform.jobs.models import Job
from kefu.platform.jobs.registry import job
from kefu.platform.jobs.testing import drain
from kefu.platform.webui.testing.people import user_with

pytestmark = pytest.mark.django_db


@job("test.link", title="生成报表")
def link(ctx: JobContext, *, url: str) -> dict[str, object]:
    return {"url": url, "rows": 3}


@pytest.fixture
def mine(client: Client) -> User:
    user = user_with("agent")
    client.force_login(user)
    return user


def test_one_sees_own_jobs_and_no_tickers(client: Client, mine: User) -> None:
    services.enqueue("test.link", actor=mine.as_actor(), title="我的任务", url="/x")
    services.enqueue("test.link", actor=Actor.system("t"), title="别人的任务", url="/x")
    text = client.get("/jobs/").content.decode()
    assert "我的任务" in text
    assert "别人的任务" not in text
    assert "jobs.requeue_stalled" not in text
    client.force_login(user_with("admin"))
    text = client.get("/jobs/").content.decode()
    assert "别人的任务" in text
    assert "jobs.requeue_stalled" in text


def test_an_open_job_asks_for_itself_again_and_a_finished_one_does_not(client: Client, mine: User) -> None:
    requested = services.enqueue("test.link", actor=mine.as_actor(), url="/reports/7")
    url = f"/jobs/{requested.uid}/"
    assert 'hx-trigger="every 2s"' in client.get(url).content.decode()
    drain()
    fragment = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "every 2s" not in fragment
    assert 'href="/reports/7"' in fragment


def test_a_result_never_links_elsewhere(client: Client, mine: User) -> None:
    for address in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        requested = services.enqueue("test.link", actor=mine.as_actor(), url=address)
        drain()
        assert "example.org" not in client.get(f"/jobs/{requested.uid}/").content.decode().split("ui-card-f")[-1]
        assert "javascript:" not in client.get(f"/jobs/{requested.uid}/").content.decode()


def test_cancel_and_retry_from_the_page(client: Client, mine: User) -> None:
    requested = services.enqueue("test.link", actor=mine.as_actor(), url="/x")
    assert client.get(f"/jobs/{requested.uid}/cancel").status_code == 405
    assert client.post(f"/jobs/{requested.uid}/cancel").status_code == 302
    requested.refresh_from_db()
    assert requested.state == JobState.CANCELLED
    assert client.post(f"/jobs/{requested.uid}/retry").status_code == 302
    assert Job.objects.filter(state=JobState.QUEUED).count() == 1


def test_of_others_one_learns_nothing(client: Client, mine: User) -> None:
    other = services.enqueue("test.link", actor=Actor.system("t"), url="/x")
    assert client.get(f"/jobs/{other.uid}/").status_code == 404
    assert client.post(f"/jobs/{other.uid}/cancel").status_code == 404
    assert client.get(f"/api/v1/jobs/{other.uid}").status_code == 404
    other.refresh_from_db()
    assert other.state == JobState.QUEUED


def test_the_same_over_the_api(client: Client, mine: User) -> None:
    requested = services.enqueue("test.link", actor=mine.as_actor(), url="/x")
    [row] = client.get("/api/v1/jobs", {"state": "queued"}).json()["items"]
    assert row["uid"] == str(requested.uid)
    answer = client.post(f"/api/v1/jobs/{requested.uid}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert client.post(f"/api/v1/jobs/{requested.uid}/cancel").status_code == 409
    assert client.post(f"/api/v1/jobs/{requested.uid}/retry").status_code == 201
    assert client.get("/api/v1/jobs", {"state": "nothing"}).status_code == 422
