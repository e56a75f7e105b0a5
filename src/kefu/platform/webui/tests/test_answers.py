"""Headers, caching, error pages, toasts, the language switch."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, KefuError, NotFound, NotSignedIn, RuleBroken, TooMany, Unavailable
from kefu.platform.webui import errors, middleware, responses
from kefu.platform.webui.menu import MENU, MenuItem
from kefu.platform.webui.testing.people import session_cookie, user_with
from kefu.platform.webui.tests.sample import VIEWER

pytestmark = pytest.mark.django_db


def request_of(path: str = "/x/", actor: Actor = VIEWER, method: str = "get", **headers: str) -> Any:
    request = getattr(RequestFactory(headers=headers), method)(path)
    request.actor = actor
    request._messages = []
    return request


def signed_in(role: str = "admin") -> Client:
    client = Client()
    cookie = session_cookie(user_with(role))
    client.cookies[cookie["name"]] = cookie["value"]
    return client


def test_every_answer_carries_the_policy_and_its_time() -> None:
    response = Client().get("/nowhere/")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["Server-Timing"].startswith("app;dur=")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_of_somebody_are_not_stored_and_vary_by_htmx() -> None:
    response = signed_in().get("/ui-kit/")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert {"HX-Request", "HX-History-Restore-Request"} <= set(response.headers["Vary"].split(", "))


def test_pages_are_compressed_and_streams_are_not() -> None:
    page = signed_in().get("/ui-kit/", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert b"<html" in gzip.decompress(page.content)
    press = middleware.CompressionMiddleware(lambda request: HttpResponse())
    request = request_of(**{"Accept-Encoding": "gzip"})
    stream = StreamingHttpResponse(iter([b"data: x\n\n" * 500]), content_type="text/event-stream")
    assert "Content-Encoding" not in press.process_response(request, stream).headers
    marked = HttpResponse(b"x" * 500, content_type="text/html", headers={"Content-Encoding": "identity"})
    assert press.process_response(request, marked).headers["Content-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (Denied("不能看别组的通话"), 403, "没有权限打开这个页面"),
        (NotFound("没有这条记录"), 404, "找不到这个页面"),
        (Conflict("别人先改了"), 409, "内容已被他人更改"),
        (RuleBroken("已办结"), 409, "内容已被他人更改"),
        (TooMany("太快了", details={"retry_after": 30}), 429, "操作过于频繁"),
        (Unavailable("话务平台没有回应"), 503, "依赖的服务暂时没有回应"),
        (NotSignedIn("请先登录"), 401, "登录已过期"),
    ],
)
def test_domain_errors_become_pages(error: KefuError, status: int, title: str) -> None:
    response = errors.respond_to(request_of(), error)
    html = response.content.decode()
    assert response.status_code == status
    assert title in html
    assert str(error.message) in html
    assert "追踪号" in html
    assert response.headers["X-Trace"] in html
    assert response.headers.get("Retry-After") == ("30" if status == 429 else None)


def test_domain_errors_become_toasts_for_htmx() -> None:
    request = request_of(**{"HX-Request": "true"})
    response = errors.respond_to(request, Conflict("别人先改了"))
    assert response.status_code == 409
    assert json.loads(response.headers["HX-Trigger"])["kefu:toast"] == {"text": "别人先改了", "tone": "bad"}
    assert response.content == b""


def test_an_expired_session_leads_htmx_to_the_sign_in_page_and_back() -> None:
    request = request_of(
        "/part/", method="post", **{"HX-Request": "true", "HX-Current-URL": "http://testserver/people/?q=1"}
    )
    response = errors.respond_to(request, NotSignedIn("请先登录"))
    assert response.headers["HX-Redirect"] == "/sign-in/?next=%2Fpeople%2F%3Fq%3D1"
    elsewhere = request_of("/part/", **{"HX-Request": "true", "HX-Current-URL": "https://evil.example/x"})
    assert errors.respond_to(elsewhere, NotSignedIn("请先登录")).headers["HX-Redirect"] == "/sign-in/"


def test_an_accident_shows_a_page_with_the_number_that_the_log_holds(caplog: pytest.LogCaptureFixture) -> None:
    response = errors.server_error(request_of())
    assert response.status_code == 500
    assert "系统出错了" in response.content.decode()
    assert response.headers["X-Trace"] in caplog.text


def test_an_error_page_that_fails_is_still_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> HttpResponse:
        raise RuntimeError("template")

    monkeypatch.setattr(errors, "render", broken)
    response = errors.server_error(request_of())
    assert response.status_code == 500
    assert response.headers["Content-Type"].startswith("text/plain")


def test_a_form_without_its_token_is_refused_in_words() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/ui/language/", {"language": "en"})
    assert response.status_code == 403
    assert "页面停留太久" in response.content.decode()


def test_the_language_switch_stays_on_this_site() -> None:
    client = Client()
    response = client.post("/ui/language/", {"language": "en", "next": "/people/?q=1"})
    assert response.headers["Location"] == "/people/?q=1"
    assert client.cookies["kefu_language"].value == "en"
    for bad in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert client.post("/ui/language/", {"language": "en", "next": bad}).headers["Location"] == "/"
    client.post("/ui/language/", {"language": "xx", "next": "/"})
    assert client.cookies["kefu_language"].value == "en"
    assert client.get("/ui/language/").status_code == 405


def test_the_language_is_kept_in_the_account() -> None:
    client = signed_in()
    client.post("/ui/language/", {"language": "en", "next": "/ui-kit/"})
    assert "UI kit" in client.get("/ui-kit/").content.decode()


def test_redirects_suit_the_request() -> None:
    assert responses.redirect_or_hx(request_of(), "/a/").headers["Location"] == "/a/"
    answer = responses.redirect_or_hx(request_of(**{"HX-Request": "true"}), "/a/?q=队列")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/a/?q=%E9%98%9F%E5%88%97")


def test_toasts_add_up_with_other_events() -> None:
    response = responses.trigger(HttpResponse(), "kefu:close")
    responses.add_toast(response, "已归档", undo="/undo/1/")
    assert json.loads(response.headers["HX-Trigger"]) == {
        "kefu:close": None,
        "kefu:toast": {"text": "已归档", "tone": "", "undo": "/undo/1/"},
    }
    assert all(ord(c) < 128 for c in response.headers["HX-Trigger"])


def test_the_first_page_is_home_unless_the_menu_puts_another_before_it() -> None:
    assert Client().get("/").headers["Location"].startswith("/sign-in/")
    response = signed_in("agent").get("/")
    assert response.status_code == 200
    assert "现在需要我处理" in response.content.decode()
    MENU.register(MenuItem("first.step", "开始", "phone", "webui:offline", "", "first-step", 0))
    try:
        assert signed_in("agent").get("/").headers["Location"] == "/ui/offline/"
    finally:
        MENU._items.pop("first.step")


def test_the_offline_page_and_its_worker_need_no_session() -> None:
    assert "网络已断开" in Client().get("/ui/offline/").content.decode()
    worker = Client().get("/ui/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/"
    assert "/static/webui/css/tokens.css" in worker.content.decode()
