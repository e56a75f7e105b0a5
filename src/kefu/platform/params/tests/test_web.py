"""Given the parameter pages, when people use them, then values change with history, or a message says why not."""

from __future__ import annotations

import pytest
from django.test import Client

from kefu.kernel.actor import Actor
from kefu.platform.params import queries, services
from kefu.platform.params.models import ParamChange
from kefu.platform.webui.testing.people import user_with

pytestmark = pytest.mark.django_db
CODE = "imports.export_row_limit"
URL = f"/params/{CODE}/"


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(user_with("manager"))
    return client


def test_change_and_reset(manager: Client) -> None:
    assert manager.get("/params/").status_code == 200
    assert manager.post(URL, {"value": "60000", "reason": "月末", "version": 0}).status_code == 302
    assert queries.value(CODE) == 60000
    text = manager.get(URL).content.decode()
    assert "月末" in text
    assert manager.post(f"{URL}reset", {"version": 1}).status_code == 302
    assert queries.value(CODE) == 50000


def test_a_refused_value_comes_back_with_its_message(manager: Client) -> None:
    answer = manager.post(URL, {"value": "7", "reason": "留住我", "version": 0})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "不能小于 100" in text
    assert "留住我" in text
    assert not ParamChange.objects.exists()


def test_the_second_editor_gets_a_conflict_page(manager: Client) -> None:
    services.change(actor=Actor.system("t"), code=CODE, value=60000)
    assert manager.post(URL, {"value": "70000", "version": 0}).status_code == 409
    assert queries.value(CODE) == 60000


def test_who_may_only_look_cannot_change(client: Client) -> None:
    client.force_login(user_with("analyst"))
    text = client.get(URL).content.decode()
    assert "保存参数" not in text
    assert client.post(URL, {"value": "60000", "version": 0}).status_code == 403
    assert client.post(f"{URL}reset").status_code == 403
    client.force_login(user_with("agent"))
    assert client.get("/params/").status_code == 403
    assert not ParamChange.objects.exists()


def test_an_unknown_parameter_is_not_found(manager: Client) -> None:
    assert manager.get("/params/no.such/").status_code == 404
    assert manager.get("/api/v1/params/no.such/history").status_code == 404


def test_the_same_over_the_api(manager: Client) -> None:
    listed = {row["code"]: row for row in manager.get("/api/v1/params").json()}
    assert listed[CODE]["value"] == 50000
    send = {"value": 60000, "expected_version": 0}
    url = f"/api/v1/params/{CODE}/changes"
    headers = {"Idempotency-Key": "k1"}
    for _turn in range(2):
        answer = manager.post(url, send, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["version"]) == (201, 1)
    assert manager.post(url, send, content_type="application/json").status_code == 409
    assert manager.post(url, {"value": "x"}, content_type="application/json").status_code == 422
    assert len(manager.get(f"/api/v1/params/{CODE}/history").json()) == 1
    assert manager.post(url, {"value": None}, content_type="application/json").status_code == 201
    assert queries.value(CODE) == 50000
