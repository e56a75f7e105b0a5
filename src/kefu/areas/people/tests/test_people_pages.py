"""The pages of posts, establishment, skills, rewards, staff code and reports: they open, write, export and refuse."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from kefu.areas.people import permissions, services
from kefu.areas.people.models import Certificate, Employee, EstablishmentLine, Merit, Post, RatioRule, Skill, StaffCode
from kefu.areas.people.tests.factories import SYSTEM, SmallCentre, make_centre, make_employee
from kefu.areas.people.web.prose import as_html
from kefu.kernel.permissions import PERMISSIONS, ScopeLevel
from kefu.platform.access.models import User
from kefu.platform.access.tests.factories import make_actor

pytestmark = pytest.mark.django_db
TEXT = "# 总则\n\n- 尊重客户\n\n<script>alert(1)</script>\n"


@pytest.fixture
def centre() -> SmallCentre:
    c = make_centre()
    make_employee(c.team1, "李雷", number="K1")
    return c


def client_with(*codes: str, level: ScopeLevel = ScopeLevel.ALL, node: Any = None, number: str = "") -> Client:
    actor = make_actor(dict.fromkeys(codes, level), node=node)
    user = User.objects.get(pk=actor.user_id)
    if number:
        services.link_user(actor=SYSTEM, employee=Employee.objects.get(number=number), user=user)
    client = Client()
    client.force_login(user)
    return client


def everything(**kwargs: Any) -> Client:
    return client_with(*(p.code for p in PERMISSIONS if p.code.startswith(("people.", "imports."))), **kwargs)


PLAIN = ("mine", "posts", "post_new", "seats", "seat_new", "establishment", "ratios", "ratio_new", "skills", "certify",
         "skills_expiring", "skill_catalogue", "skill_new", "merits", "merit_new", "code", "code_new", "structure",
         "leaders", "movements")  # fmt: skip


@pytest.mark.parametrize("page", PLAIN)
def test_pages_open_for_who_may_and_not_for_others(centre: SmallCentre, page: str) -> None:
    url = reverse(f"people:{page}")
    assert everything(number="K1").get(url).status_code == 200
    assert client_with().get(url).status_code == 403


def test_posts_and_establishment_through_the_pages(centre: SmallCentre) -> None:
    client = everything()
    new = {
        "code": "greeter",
        "name": "引导员",
        "category": "agent",
        "duties": "- 迎接客户\n\n- 引导取号",
        "sort_order": 5,
    }
    assert client.post(reverse("people:post_new"), new).status_code == 302
    post = Post.objects.get(code="greeter")
    assert post.duties == "迎接客户\n引导取号"
    assert client.post(reverse("people:post_new"), new).status_code == 422
    assert client.post(reverse("people:post_edit", args=["greeter"]), {**new, "name": "引导专员"}).status_code == 302
    skill = Skill.objects.get(code="mandarin")
    assert client.post(reverse("people:post_skills", args=["greeter"]), {f"skill_{skill.pk}": "3"}).status_code == 302
    assign = {"post": post.pk, "starts_on": "2026-04-01"}
    assert client.post(reverse("people:employee_post", args=["K1"]), assign).status_code == 302
    page = client.get(reverse("people:post", args=["greeter"])).content.decode()
    for words in ("引导专员", "迎接客户", "普通话表达", "李雷"):
        assert words in page
    plan = {"post": post.pk, "headcount": "3", "starts_on": "2026-04-01"}
    assert client.post(reverse("people:headcount", args=[centre.team1.pk]), plan).status_code == 302
    assert EstablishmentLine.objects.get().headcount == 3
    url = reverse("people:establishment")
    page = client.get(url, {"unit": centre.centre.pk, "on": "2026-05-01"}).content.decode()
    assert "引导专员" in page
    assert "-2" in page
    file = client.get(url, {"unit": centre.centre.pk, "on": "2026-05-01", "export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(file.getvalue())).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][1:] == ["一组", "引导专员", 3, 1, -2]


def test_a_rule_and_a_seat_through_the_pages(centre: SmallCentre) -> None:
    client, post = everything(), Post.objects.get(code="agent")
    rule = {
        "code": "min-agents", "name": "至少 10 名坐席", "kind": "minimum", "number": "10", "basis": "in_post",
        "level": "team", "posts": [post.pk], "starts_on": "2026-01-01",
    }  # fmt: skip
    assert client.post(reverse("people:ratio_new"), rule).status_code == 302
    edit = reverse("people:ratio_edit", args=["min-agents"])
    assert client.get(edit).status_code == 200
    assert client.post(edit, {**rule, "kind": "per"}).status_code == 422
    assert RatioRule.objects.get(code="min-agents").kind == "minimum"
    skill = Skill.objects.get(code="english")
    seat = {
        "code": "english",
        "name": "英语专席",
        "match": "all",
        "sort_order": 9,
        "is_active": "on",
        f"skill_{skill.pk}": "4",
    }
    assert client.post(reverse("people:seat_new"), seat).status_code == 302
    assert "英语服务" in client.get(reverse("people:seat", args=["english"])).content.decode()
    assert client.get(reverse("people:seat_edit", args=["english"])).status_code == 200


def test_skills_through_the_pages(centre: SmallCentre) -> None:
    client, skill = everything(), Skill.objects.get(code="inbound")
    form = {
        "employee": "K1", "skill": skill.pk, "level": "3", "method": "leader", "evidence": "旁听五通，表现稳定",
        "certified_on": "2026-03-01",
    }  # fmt: skip
    assert client.post(reverse("people:certify"), {**form, "evidence": ""}).status_code == 422
    assert client.post(reverse("people:certify"), form).status_code == 302
    page = client.get(reverse("people:skills"), {"unit": centre.team1.pk}).content.decode()
    assert 'data-level="3"' in page
    assert "旁听五通" in client.get(reverse("people:skills_of", args=["K1"])).content.decode()
    assert "呼入受理" in client.get(reverse("people:employee", args=["K1"])).content.decode()
    file = client.get(reverse("people:skills"), {"unit": centre.team1.pk, "category": "service", "export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(file.getvalue())).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:4] == ["K1", "李雷", "一组", 3]
    revoke = reverse("people:certificate_revoke", args=[Certificate.objects.get().pk])
    assert client.post(revoke, {"reason": "录入有误"}).status_code == 302
    assert client.get(reverse("people:skill_edit", args=["inbound"])).status_code == 200


def test_rewards_through_the_pages(centre: SmallCentre) -> None:
    client, mine = (
        everything(),
        client_with(permissions.MERIT_VIEW, permissions.CODE_READ, level=ScopeLevel.OWN, number="K1"),
    )
    form = {
        "employee": "K1",
        "kind": "penalty",
        "title": "迟到",
        "body": "迟到二十分钟",
        "happened_on": "2026-03-01",
        "amount": "50",
        "points": "1",
    }
    assert client.post(reverse("people:merit_new"), form).status_code == 302
    merit = Merit.objects.get()
    url = reverse("people:merit", args=[merit.number])
    assert "申诉" in mine.get(url).content.decode()
    assert mine.post(reverse("people:merit_appeal", args=[merit.number]), {"reason": "打卡机故障"}).status_code == 302
    decide = reverse("people:merit_decide", args=[merit.number])
    assert mine.get(decide).status_code == 403
    assert client.post(decide, {"verdict": "cancelled", "comment": "情况属实"}).status_code == 409
    other = everything()
    assert other.post(decide, {"verdict": "cancelled", "comment": "情况属实"}).status_code == 302
    merit.refresh_from_db()
    assert merit.state == "cancelled"
    assert "迟到" in mine.get(reverse("people:mine")).content.decode()
    stranger = client_with(permissions.MERIT_VIEW, level=ScopeLevel.OWN)
    assert stranger.get(url).status_code == 404


def test_the_code_through_the_pages(centre: SmallCentre) -> None:
    client = everything(number="K1")
    assert client.post(reverse("people:code_new"), {"title": "员工守则", "body": TEXT * 2}).status_code == 302
    reader = client_with(permissions.CODE_READ, level=ScopeLevel.OWN)
    assert reader.get(reverse("people:code_version", args=[1])).status_code == 404
    assert client.post(reverse("people:code_publish", args=[1])).status_code == 302
    page = client.get(reverse("people:code")).content.decode()
    assert "<h2>总则</h2>" in page
    assert "alert(1)</script>" not in page
    code = StaffCode.objects.get()
    assert client.get(reverse("people:code_signers"), {"view": "unsigned"}).status_code == 200
    assert client.post(reverse("people:code_sign", args=[1]), {"digest": "x"}).status_code == 409
    assert client.post(reverse("people:code_sign", args=[1]), {"digest": code.digest}).status_code == 302
    assert code.digest in client.get(reverse("people:code")).content.decode()
    assert client.post(reverse("people:code_remind")).status_code == 302
    assert reader.post(reverse("people:code_sign", args=[1]), {"digest": code.digest}).status_code == 403


def test_markdown_cannot_run_anything() -> None:
    html = as_html("# 甲\n\n[点我](javascript:alert(1)) <img src=x onerror=alert(1)> **重点**")
    assert "<h2>甲</h2>" in html
    assert "<strong>重点</strong>" in html
    assert "<img" not in html
    assert "href" not in html


def test_charter_and_honours_on_the_team_page(centre: SmallCentre) -> None:
    client, pk = everything(), centre.team1.pk
    assert (
        client.post(reverse("people:unit_charter", args=[pk]), {"team_name": "先锋组", "oath": "永争第一"}).status_code
        == 302
    )
    honour = {"title": "优秀班组", "level": "centre", "awarded_on": "2026-03-01"}
    assert client.post(reverse("people:unit_honour", args=[pk]), honour).status_code == 302
    page = client.get(reverse("people:unit", args=[pk])).content.decode()
    for words in ("先锋组", "永争第一", "优秀班组"):
        assert words in page


def test_who_led_and_what_moved(centre: SmallCentre) -> None:
    someone = Employee.objects.get(number="K1")
    services.appoint(actor=SYSTEM, unit=centre.team3, employee=someone, starts_on=date(2026, 2, 1))
    services.transfer_employee(actor=SYSTEM, employee=someone, unit=centre.team3, starts_on=date(2026, 2, 1))
    client = everything()
    assert "李雷" in client.get(reverse("people:leaders"), {"on": "2026-03-01"}).content.decode()
    assert "李雷" not in client.get(reverse("people:leaders"), {"on": "2026-01-10"}).content.decode()
    page = client.get(reverse("people:movements"), {"from": "2026-01-01", "to": "2026-03-01"}).content.decode()
    for words in ("入职", "调动", "任职", "一组", "三组"):
        assert words in page


def test_the_structure_of_a_day(centre: SmallCentre) -> None:
    Employee.objects.filter(number="K1").update(born_on=date(1996, 3, 1), education="bachelor", gender="male")
    client = everything()
    page = client.get(reverse("people:structure"), {"unit": centre.centre.pk, "on": "2026-03-01"}).content.decode()
    assert "30.0" in page
    assert "100.0%" in page
    assert client.get(reverse("people:structure"), {"unit": centre.centre.pk, "export": "xlsx"}).status_code == 200
