"""Error pages: what happened, what is kept, what to do, and a number by which the log can be searched."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from kefu.kernel.errors import KefuError, NotSignedIn
from kefu.platform.webui import responses

log = logging.getLogger("kefu.web")


@dataclass(frozen=True, slots=True)
class Explanation:
    """The texts of one kind of error page."""

    icon: str
    title: str
    happened: str
    kept: str
    todo: str


def explain(status: int) -> Explanation:
    """The texts for an HTTP status, in the current language."""
    if status == 401:
        return Explanation(
            "clock-alert",
            _("登录已过期"),
            _("为了安全，长时间没有操作后需要重新登录。"),
            _("已经提交的内容都已保存；填写到一半的表单会在回来后恢复草稿。"),
            _("重新登录，之后会回到刚才的页面。"),
        )
    if status == 403:
        return Explanation(
            "lock",
            _("没有权限打开这个页面"),
            _("您的角色不包含这项操作，或者这条记录不在您的数据范围内。"),
            _("没有任何内容被更改。"),
            _("返回上一页；如果工作需要，请让组长或管理员为您开通。"),
        )
    if status == 404:
        return Explanation(
            "search",
            _("找不到这个页面"),
            _("地址可能有误，或者这条记录已被移走，或者您无权知道它是否存在。"),
            _("没有任何内容被更改。"),
            _("检查地址，或用 Ctrl+K 打开命令面板找到要去的页面。"),
        )
    if status == 409:
        return Explanation(
            "git-branch",
            _("内容已被他人更改"),
            _("在您打开之后，有人先一步修改了同一条记录，或它的状态已经变化。"),
            _("他人的修改已保存；您的修改没有写入。"),
            _("返回并刷新，看清最新内容后再改一次。"),
        )
    if status == 413:
        return Explanation(
            "file-warning",
            _("提交的内容太大"),
            _("文件或表单超过了允许的大小。"),
            _("没有任何内容被更改。"),
            _("分成几份后再提交。"),
        )
    if status == 429:
        return Explanation(
            "hourglass",
            _("操作过于频繁"),
            _("短时间内的请求太多，系统暂时停下来保护数据。"),
            _("之前成功的操作都已保存。"),
            _("稍等片刻再试。"),
        )
    if status == 503:
        return Explanation(
            "plug",
            _("依赖的服务暂时没有回应"),
            _("数据库或外部系统正在重启或繁忙。"),
            _("已经保存的内容都在；刚才这一步没有写入。"),
            _("一分钟后重试；若持续出现，请联系管理员。"),
        )
    if 400 <= status < 500:
        return Explanation(
            "circle-alert",
            _("这个请求无法处理"),
            _("提交的内容不完整或不符合要求。"),
            _("没有任何内容被更改。"),
            _("返回上一页检查后再提交。"),
        )
    return Explanation(
        "wrench",
        _("系统出错了"),
        _("这不是您的操作问题，错误已经记录。"),
        _("已经保存的内容都在；刚才这一步可能没有完成。"),
        _("返回上一页重试；若反复出现，请把下面的追踪号告诉管理员。"),
    )


def new_trace() -> str:
    """A short number that stands on the page and in the log."""
    return secrets.token_hex(4).upper()


def error_response(
    request: HttpRequest,
    status: int,
    *,
    message: str = "",
    code: str = "",
    trace: str = "",
    retry_after: int = 0,
    why: str = "",
) -> HttpResponse:
    """The error page, or for an htmx request a toast, with the trace number in the log."""
    trace = trace or getattr(request, "trace", "") or new_trace()
    log.log(
        logging.ERROR if status >= 500 else logging.INFO,
        "error page %s %s %s trace=%s code=%s",
        status,
        request.method,
        request.path,
        trace,
        code,
        exc_info=status >= 500 and sys.exc_info()[0] is not None,
    )
    about = explain(status)
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true":
        return _fragment(request, status, message or about.title, trace)
    context = {"status": status, "about": about, "message": message, "trace": trace, "title": about.title, "why": why}
    context["sign_in"] = _sign_in_url(request) if status == 401 else ""
    try:
        response = render(request, "webui/error.html", context, status=status)
    except Exception:
        log.exception("the error page itself failed, trace=%s", trace)
        response = HttpResponse(f"{about.title} ({trace})", status=status, content_type="text/plain; charset=utf-8")
    response.headers["X-Trace"] = trace
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _fragment(request: HttpRequest, status: int, text: str, trace: str) -> HttpResponse:
    response = HttpResponse(status=status)
    response.headers["X-Trace"] = trace
    if status == 401 and (url := _sign_in_url(request)):
        response.status_code = 200
        response.headers["HX-Redirect"] = url
        return response
    shown = _("%(text)s（追踪号 %(trace)s）") % {"text": text, "trace": trace} if status >= 500 else text
    return responses.add_toast(response, shown, tone="bad")


def _sign_in_url(request: HttpRequest) -> str:
    name = getattr(settings, "WEBUI_LINKS", {}).get("sign_in")
    try:
        url = reverse(name) if name else ""
    except NoReverseMatch:
        return ""
    back = request.get_full_path() if request.method == "GET" else ""
    if request.headers.get("HX-Request") == "true":
        back = responses.local_path(request, request.headers.get("HX-Current-URL", ""))
    return f"{url}?{urlencode({'next': back})}" if url and back else url


def respond_to(request: HttpRequest, error: KefuError) -> HttpResponse:
    """The page or toast for a domain error."""
    status = 401 if isinstance(error, NotSignedIn) else error.status
    wait = error.details.get("retry_after", 0)
    return error_response(
        request,
        status,
        message=str(error.message),
        code=error.code,
        retry_after=int(wait) if isinstance(wait, int | float) else 0,
        why=_why_url(error),
    )


def _why_url(error: KefuError) -> str:
    """Where the reader learns which right is missing and who could give it."""
    name = getattr(settings, "WEBUI_LINKS", {}).get("why")
    code, node = error.details.get("permission"), error.details.get("node_id")
    if not name or not code:
        return ""
    try:
        return f"{reverse(name)}?{urlencode({'permission': str(code), **({'node': str(node)} if node else {})})}"
    except NoReverseMatch:
        return ""


class ErrorMiddleware:
    """Turns domain errors that a view lets through into pages; offers ``request.render_error`` to other middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; errors of views arrive at ``process_exception``."""
        request.render_error = lambda error: respond_to(request, error)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page for a domain error; anything else goes on to ``handler500``."""
        if isinstance(exception, KefuError) and not request.path.startswith("/api/"):
            return respond_to(request, exception)
        return None


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """``handler400``."""
    return error_response(request, 413 if type(exception).__name__ == "RequestDataTooBig" else 400)


def denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """``handler403``."""
    return error_response(request, 403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """``handler404``."""
    return error_response(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``."""
    return error_response(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``: the form is too old, or came from another site."""
    return error_response(
        request, 403, message=_("页面停留太久，或表单不是从本站提交的。请返回、刷新页面后再提交。"), code="csrf"
    )
