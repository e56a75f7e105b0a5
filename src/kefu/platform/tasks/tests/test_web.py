"""Given the pages and the API of tasks, when people use them, then work goes on and scope holds."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kefu.kernel.actor import Actor
from kefu.platform.access.models import User
from kefu.platform.tasks import services
from kefu.platform.tasks.choices import TaskState
from kefu.platform.tasks.models import Evidence, Task
from kefu.platform.tasks.tests.conftest import Centre

SYSTEM = Actor.system("test")
pytestmark = pytest.mark.django_db


def sign_in(client: Client, actor: Actor) -> None:
    client.force_login(User.objects.get(pk=actor.user_id))


def open_for(actor: Actor, title: str = "回访客户", kind: str = "tasks.manual") -> Task:
    return services.open_task(actor=SYSTEM, kind=kind, title=title, owner_id=actor.user_id)


def test_from_the_list_to_the_end_in_the_browser(client: Client, centre: Centre) -> None:
    sign_in(client, centre.leader)
    assert client.get("/tasks/new/").status_code == 200
    given = {"kind": "tasks.checked", "title": "整改", "owner": str(centre.agent.user_id)}
    assert client.post("/tasks/new/", {**given, "title": ""}).status_code == 422
    assert client.post("/tasks/new/", {**given, "due_at": "2020-01-01T09:00"}).status_code == 422
    assert client.post("/tasks/new/", {**given, "due_at": "2099-01-01T09:00"}).status_code == 302
    row = Task.objects.get()
    url = f"/tasks/{row.number}/"
    sign_in(client, centre.agent)
    assert "整改" in client.get("/tasks/").content.decode()
    text = client.get(url).content.decode()
    assert "为什么" not in text
    assert "提交完成" in text
    assert "转交任务" not in text
    assert client.post(f"{url}start", {"version": "1"}).status_code == 302
    assert client.post(f"{url}complete", {"complete-evidence": ""}).status_code == 422
    proof = SimpleUploadedFile("签到表.pdf", b"%PDF-1.7\nproof")
    assert client.post(f"{url}file", {"file-file": proof}).status_code == 302
    assert client.post(f"{url}file", {"file-file": SimpleUploadedFile("a.exe", b"MZ\x90\x00")}).status_code == 422
    assert client.get(f"/files/{Evidence.objects.get().file.uid}").status_code == 200
    assert client.post(f"{url}complete", {"complete-evidence": ""}).status_code == 302
    assert client.post(f"{url}verify", {"verify-note": ""}).status_code == 403
    sign_in(client, centre.leader)
    assert client.post(f"{url}send-back", {"send-back-reason": ""}).status_code == 422
    assert client.post(f"{url}verify", {"verify-note": "可以"}).status_code == 302
    row.refresh_from_db()
    assert row.state == TaskState.DONE
    assert client.post(f"{url}no-such").status_code == 404


def test_several_at_once(client: Client, centre: Centre) -> None:
    rows = [open_for(centre.agent, f"任务{n}") for n in range(3)]
    numbers = [row.number for row in rows]
    sign_in(client, centre.leader)
    assert client.post("/tasks/bulk/hand-over/", {"id": numbers}).status_code == 200
    answer = client.post("/tasks/bulk/hand-over/", {"id": numbers, "owner": str(centre.mate.user_id)})
    assert answer.status_code == 302
    assert set(Task.objects.values_list("owner_id", flat=True)) == {centre.mate.user_id}
    sign_in(client, centre.mate)
    client.post("/tasks/bulk/complete", {"id": numbers[:2]})
    assert Task.objects.filter(state=TaskState.DONE).count() == 2
    sign_in(client, centre.stranger)
    assert client.post("/tasks/bulk/start", {"id": numbers}).status_code == 422
    assert client.post("/tasks/bulk/hand-over/", {"id": numbers, "owner": "1"}).status_code == 422
    assert Task.objects.filter(state=TaskState.OPEN, owner_id=centre.mate.user_id).count() == 1


def test_what_is_out_of_sight_is_not_there(client: Client, centre: Centre) -> None:
    row = open_for(centre.agent)
    for actor in (centre.mate, centre.stranger):
        sign_in(client, actor)
        assert row.title not in client.get("/tasks/").content.decode()
        assert client.get(f"/tasks/{row.number}/").status_code == 404
        assert client.post(f"/tasks/{row.number}/complete").status_code == 404
        assert client.get(f"/api/v1/tasks/{row.number}").status_code == 404
        assert client.get("/api/v1/tasks").json()["items"] == []
    assert client.get("/tasks/team/").status_code == 200
    sign_in(client, centre.agent)
    assert client.get("/tasks/team/").status_code == 403
    row.refresh_from_db()
    assert row.state == TaskState.OPEN


def test_the_list_costs_the_same_whatever_its_length(client: Client, centre: Centre) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    sign_in(client, centre.leader)
    costs = []
    for _round in range(2):
        for number in range(8):
            open_for(centre.agent, f"任务{number}")
        client.get("/tasks/team/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/tasks/team/").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_the_api_opens_once_and_works(client: Client, centre: Centre) -> None:
    sign_in(client, centre.agent)
    body = {"title": "接口任务", "owner_id": centre.agent.user_id}
    headers = {"Idempotency-Key": "k1"}
    first = client.post("/api/v1/tasks", body, content_type="application/json", headers=headers)
    again = client.post("/api/v1/tasks", body, content_type="application/json", headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["number"] == again.json()["number"]
    assert Task.objects.count() == 1
    number = first.json()["number"]
    assert client.get("/api/v1/tasks/counts").json() == {"open": 1, "overdue": 0, "unowned": 0, "to_verify": 0}

    def post(verb: str, **given: object) -> int:
        return client.post(f"/api/v1/tasks/{number}/{verb}", given, content_type="application/json").status_code

    assert post("start", version=9) == 409
    assert post("start", version=1) == 200
    assert post("verify") == 403
    assert post("complete", evidence="好了") == 200
    assert post("complete", evidence="好了") == 409
    assert client.get("/api/v1/tasks?own=true&state=done").json()["items"][0]["outcome"] == "好了"
    denied = client.post("/api/v1/tasks", {**body, "owner_id": centre.mate.user_id}, content_type="application/json")
    assert denied.status_code == 403
    assert Task.objects.count() == 1
