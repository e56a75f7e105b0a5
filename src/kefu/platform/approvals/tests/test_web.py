"""Given the pages of requests, when people use them, then they see and decide what they may."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.test import Client, RequestFactory

from kefu.platform.approvals.models import Attachment, ChainVersion, Request
from kefu.platform.approvals.tests.factories import KIND, Staff, ask, say, stand_in, step_of
from kefu.platform.files.models import StoredFile
from kefu.platform.webui.testing.people import user_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("heard")]


def test_only_those_who_take_part_see_a_request(client: Client, staff: Staff) -> None:
    request = ask(staff, comment="换了号码")
    for user, status in ((staff.agent, 200), (staff.leader, 200), (staff.officer, 404), (staff.stranger, 404)):
        client.force_login(user)
        assert client.get(f"/approvals/{request.number}/").status_code == status


def test_one_tap_approves_and_a_second_one_changes_nothing(client: Client, staff: Staff) -> None:
    request = ask(staff)
    step = step_of(request).pk
    client.force_login(staff.leader)
    text = client.get("/approvals/").content.decode()
    assert request.title in text
    assert "data-approve" in text
    for _ in range(2):
        assert client.post(f"/approvals/{request.number}/approve", {"step": step}).status_code == 302
    assert request.title not in client.get("/approvals/").content.decode().split("ui-toast")[0]
    assert step_of(request).position == 1
    assert client.post(f"/approvals/{request.number}/approve", {"step": "x"}).status_code == 422


def test_a_decline_without_a_reason_keeps_the_page(client: Client, staff: Staff) -> None:
    request = ask(staff)
    step = step_of(request).pk
    client.force_login(staff.leader)
    dialog = client.get(f"/approvals/{request.number}/answer", headers={"HX-Request": "true"}).content.decode()
    assert "退回补充" in dialog
    url = f"/approvals/{request.number}/decide"
    answer = client.post(url, {"step": step, "verdict": "decline", "comment": ""})
    assert answer.status_code == 422
    assert "请写明原因" in answer.content.decode()
    assert client.post(url, {"step": step, "verdict": "decline", "comment": "号码有误"}).status_code == 302
    request.refresh_from_db()
    assert request.state == "declined"
    assert client.post(url, {"step": step, "verdict": "approve"}).status_code == 409
    assert client.get(f"/approvals/{request.number}/answer").status_code == 409


def test_the_requester_is_refused_and_may_withdraw(client: Client, staff: Staff) -> None:
    request = ask(staff)
    client.force_login(staff.agent)
    page = client.get(f"/approvals/{request.number}/").content.decode()
    assert "您的审批" not in page
    url = f"/approvals/{request.number}/decide"
    assert client.post(url, {"step": step_of(request).pk, "verdict": "approve"}).status_code == 403
    assert request.title in client.get("/approvals/mine/").content.decode()
    client.force_login(staff.leader)
    assert client.post(f"/approvals/{request.number}/withdraw").status_code == 403
    assert client.post(f"/approvals/{request.number}/pass-up", {"up-reason": "x"}).status_code == 403
    request.refresh_from_db()
    assert request.state == "waiting"
    client.force_login(staff.agent)
    assert client.post(f"/approvals/{request.number}/withdraw", {"withdraw-reason": "填错"}).status_code == 302
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_sent_back_with_a_file_it_comes_again(client: Client, staff: Staff) -> None:
    request = ask(staff)
    say(staff.leader, request, "send_back", "请附证明")
    client.force_login(staff.agent)
    url = f"/approvals/{request.number}/resubmit"
    assert client.post(url, {"again-comment": ""}).status_code == 422
    proof = SimpleUploadedFile("证明.pdf", b"%PDF-1.4 proof")
    assert client.post(url, {"again-comment": "已附", "again-file": proof}).status_code == 302
    request.refresh_from_db()
    assert request.state == "waiting"
    file = Attachment.objects.get().file
    bad = SimpleUploadedFile("x.exe", b"MZ\x00\x01")
    assert client.post(f"/approvals/{request.number}/attach", {"attach-file": bad}).status_code == 422
    assert StoredFile.objects.count() == 1
    for user, status in ((staff.leader, 200), (staff.stranger, 404)):
        client.force_login(user)
        assert client.get(f"/files/{file.uid}").status_code == status
    more = SimpleUploadedFile("证明.pdf", b"%PDF-1.4 more")
    client.force_login(staff.leader)
    assert client.post(f"/approvals/{request.number}/attach", {"attach-file": more}).status_code == 403
    assert StoredFile.objects.count() == 1


def test_a_deputy_is_told_in_whose_name_they_decide(client: Client, staff: Staff) -> None:
    stand_in(staff.leader, staff.other)
    request = ask(staff)
    client.force_login(staff.other)
    assert "代 a-leader 审批" in client.get("/approvals/").content.decode()
    assert "您代 a-leader 审批" in client.get(f"/approvals/{request.number}/").content.decode()
    say(staff.other, request)
    client.force_login(staff.agent)
    page = client.get(f"/approvals/{request.number}/").content.decode()
    assert "（a-other 代）" in page
    assert "（代 a-leader）" in page


def test_several_are_approved_from_the_list(client: Client, staff: Staff) -> None:
    steps = [step_of(ask(staff, origin=f"sample.thing:{n}")).pk for n in range(3)]
    client.force_login(staff.leader)
    assert client.post("/approvals/approve", {"id": steps}).status_code == 302
    assert client.post("/approvals/approve", {}).status_code == 422
    assert Request.objects.filter(steps__state="approved").count() == 3
    client.force_login(staff.stranger)
    other = step_of(ask(staff, origin="sample.thing:9"))
    client.post("/approvals/approve", {"id": [other.pk]})
    other.refresh_from_db()
    assert other.state == "waiting"


def chain_form(version: int = 1, **more: str) -> dict[str, str]:
    return {
        "version": str(version),
        "rules": "2",
        "r0-name": "长假",
        "r0-conditions": "1",
        "r0-c0-field": "days",
        "r0-c0-op": "gt",
        "r0-c0-value": "3",
        "r0-steps": "2",
        "r0-s0-who": "leader",
        "r0-s0-mode": "any",
        "r0-s1-who": "upper_leader",
        "r0-s1-mode": "all",
        "r0-s1-skips": "on",
        "r1-name": "其余",
        "r1-conditions": "0",
        "r1-steps": "1",
        "r1-s0-who": "leader",
        "r1-s0-mode": "any",
        **more,
    }


def test_a_chain_is_edited_tried_and_saved_with_history(client: Client, staff: Staff) -> None:
    url = f"/approvals/chains/{KIND}/"
    client.force_login(user_with("manager"))
    assert client.get("/approvals/chains/").status_code == 200
    assert client.get(url).status_code == 200
    page = client.post(url, chain_form(op="add_rule")).content.decode()
    assert 'name="rules" value="3"' in page
    assert "尚未保存" in page
    who = {"try-requester": str(staff.agent.pk), "fact-days": "5"}
    tried = client.post(url, chain_form(op="try", **who)).content.decode()
    assert "符合规则 1" in tried
    assert "a-upper" in tried
    assert client.post(url, chain_form(op="try", **{**who, "fact-days": "很久"})).status_code == 422
    assert ChainVersion.objects.count() == 1
    assert client.post(url, chain_form(op="save", **{"r0-c0-value": "三"})).status_code == 422
    assert (
        client.post(
            url,
            chain_form(
                op="save", **{"r1-conditions": "1", "r1-c0-field": "days", "r1-c0-op": "gt", "r1-c0-value": "1"}
            ),
        ).status_code
        == 422
    )
    assert client.post(url, chain_form(op="save", reason="长假须上级批准")).status_code == 302
    assert "长假须上级批准" in client.get(url).content.decode()
    assert client.post(url, chain_form(op="save")).status_code == 409
    assert ChainVersion.objects.count() == 2
    long, short = ask(staff, facts={"days": 5}), ask(staff, origin="sample.thing:2", facts={"days": 2})
    assert (long.steps.count(), short.steps.count()) == (2, 1)


def test_chains_are_for_those_who_may(client: Client, staff: Staff) -> None:
    url = f"/approvals/chains/{KIND}/"
    client.force_login(user_with("shift_manager"))
    assert client.get(url).status_code == 200
    assert client.post(url, chain_form(op="try", **{"try-requester": ""})).status_code == 200
    assert client.post(url, chain_form(op="save")).status_code == 403
    client.force_login(user_with("agent"))
    assert client.get(url).status_code == 403
    assert ChainVersion.objects.filter(is_declared=False).count() == 0


def test_the_state_is_shown_on_the_page_it_came_from(staff: Staff, rf: RequestFactory) -> None:
    request = ask(staff)
    page = rf.get("/")
    page.actor = staff.leader.as_actor()  # type: ignore[attr-defined]
    template = Template('{% load approvals %}{% approval_panel "sample.thing:1" %}{% approval_panel "sample.none:1" %}')
    text = template.render(Context({"request": page}))
    assert request.number in text
    assert "去审批" in text
    page.actor = staff.stranger.as_actor()  # type: ignore[attr-defined]
    assert f"/approvals/{request.number}/" not in template.render(Context({"request": page}))


def test_anybody_asks_for_something_once(client: Client, staff: Staff) -> None:
    client.force_login(staff.agent)
    assert client.get("/approvals/new/").status_code == 200
    given = {"title": "更换耳机", "comment": "有杂音", "amount": "180", "token": "6f9619ff-8b86-4011-b42d-00c04fc964ff"}
    assert client.post("/approvals/new/", {**given, "comment": ""}).status_code == 422
    assert Request.objects.count() == 0
    for _ in range(2):
        assert client.post("/approvals/new/", given).status_code == 302
    request = Request.objects.get()
    assert (request.state, request.amount, request.steps.count()) == ("waiting", 180, 1)
    assert "更换耳机" in client.get("/approvals/mine/").content.decode()


def test_requests_over_http(client: Client, staff: Staff) -> None:
    request = ask(staff)
    client.force_login(staff.leader)
    page = client.get("/api/v1/approvals").json()
    assert [row["number"] for row in page["items"]] == [request.number]
    assert client.get("/api/v1/approvals/counts").json() == {"total": 1, "kinds": {KIND: 1}}
    shown = client.get(f"/api/v1/approvals/{request.number}").json()
    assert shown["decide_step"] == step_of(request).pk
    body = {"step": shown["decide_step"], "verdict": "decline", "comment": ""}
    url = f"/api/v1/approvals/{request.number}/decide"
    headers = {"Idempotency-Key": "tap-1"}
    assert client.post(url, body, "application/json", headers=headers).status_code == 422
    body["verdict"] = "approve"
    first = client.post(url, body, "application/json", headers=headers)
    again = client.post(url, body, "application/json", headers=headers)
    assert (first.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert first.json()["steps"][0]["state"] == "approved"
    assert first.json()["decide_step"] is None
    client.force_login(staff.stranger)
    assert client.post(url, body, "application/json").status_code == 404
    assert client.get(f"/api/v1/approvals/chains/{KIND}").status_code == 403
    client.force_login(user_with("manager"))
    chain = client.get(f"/api/v1/approvals/chains/{KIND}").json()
    assert [step["who"] for step in chain["rules"][0]["steps"]] == ["leader", "people_officer"]
    tried = client.post(f"/api/v1/approvals/chains/{KIND}/try", {"requester_id": staff.leader.pk}, "application/json")
    assert tried.json()["steps"][0] == {
        "who": "leader",
        "asked": "upper_leader",
        "is_skipped": False,
        "people": [staff.upper.pk],
    }
    saved = client.put(f"/api/v1/approvals/chains/{KIND}", {**chain, "version": 1}, "application/json")
    assert saved.json()["version"] == 2
