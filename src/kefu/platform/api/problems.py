"""Every error of the API as ``application/problem+json``."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from kefu.kernel.errors import InvalidInput, KefuError, NotSignedIn, TooMany
from kefu.platform.api import limits
from kefu.platform.api.middleware import trace_of

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Denied",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    415: "Unsupported media type",
    422: "Invalid input",
    429: "Too many requests",
    500: "Internal error",
    503: "Unavailable",
}


def problem(
    request: HttpRequest,
    *,
    status: int,
    code: str,
    detail: str,
    field: str = "",
    errors: dict[str, str] | None = None,
    retry_after: object = None,
) -> HttpResponse:
    """The answer that reports an error."""
    response = JsonResponse(
        {
            "type": f"urn:kefu:problem:{code}",
            "title": TITLES.get(status, "Error"),
            "status": status,
            "detail": detail,
            "code": code,
            "field": field,
            "errors": errors or {},
            "trace": trace_of(request),
        },
        status=status,
        content_type=CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="kefu"'
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def from_error(request: HttpRequest, error: KefuError) -> HttpResponse:
    """The answer to a domain error."""
    errors = {name: str(text) for name, text in error.errors.items()} if isinstance(error, InvalidInput) else {}
    return problem(
        request,
        status=error.status,
        code=error.code,
        detail=str(error.message),
        field=error.field,
        errors=errors,
        retry_after=error.details.get("retry_after"),
    )


def install(api: NinjaAPI) -> None:
    """Let ``api`` answer every exception with a problem."""
    handlers: dict[type[Exception], Any] = {
        KefuError: _kefu,
        ValidationError: _schema,
        AuthenticationError: _unauthenticated,
        HttpError: _http,
        Http404: _not_found,
        PermissionDenied: _denied,
        DjangoValidationError: _unstorable,
        DataError: _unstorable,
        UnicodeError: _unstorable,
        BadRequest: _unreadable,
        SuspiciousOperation: _unreadable,
        MultiPartParserError: _unreadable,
        UnreadablePostError: _unreadable,
        RequestDataTooBig: _too_big,
        OperationalError: _database_away,
        InterfaceError: _database_away,
        Exception: _unexpected,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _kefu(request: HttpRequest, error: KefuError) -> HttpResponse:
    if isinstance(error, NotSignedIn):
        return _unauthenticated(request, error)
    return from_error(request, error)


def _unauthenticated(request: HttpRequest, error: Exception) -> HttpResponse:
    try:
        limits.count_refused(request)
    except TooMany as too_many:
        return from_error(request, too_many)
    if isinstance(error, NotSignedIn):
        return from_error(request, error)
    return problem(
        request,
        status=401,
        code="not_signed_in",
        detail=_("请先登录，或在 Authorization 头里带上有效的令牌。"),
    )


def _schema(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors: dict[str, str] = {}
    for entry in error.errors:
        place = [str(part) for part in entry.get("loc", ())]
        name = ".".join(place[2:] if place[:1] == ["body"] and len(place) > 2 else place[1:] or place)
        errors.setdefault(name[:200], str(entry.get("msg", ""))[:500])
    return problem(
        request, status=422, code="invalid", detail=_("请求的内容不符合要求，请按 errors 里的说明修改。"), errors=errors
    )


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    codes = {400: "bad_request", 401: "not_signed_in", 403: "denied", 404: "not_found", 429: "too_many"}
    details = {
        400: _("无法读取请求的内容，请检查格式（JSON、表单）和编码。"),
        403: _("请求被拒绝：缺少或过期的 CSRF 令牌，请刷新页面后重试。"),
        429: _("操作过于频繁，请稍后再试。"),
    }
    status = error.status_code
    return problem(
        request,
        status=status,
        code=codes.get(status, "error"),
        detail=details.get(status, str(error)),
        retry_after=getattr(error, "wait", None),
    )


def _not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(request, status=404, code="not_found", detail=_("没有这个地址或这条数据。"))


def _denied(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(request, status=403, code="denied", detail=_("您没有权限这样做。"))


def _unstorable(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(
        request, status=422, code="invalid", detail=_("内容里有不能保存的字符或超出范围的数值，请修改后重试。")
    )


def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(
        request, status=400, code="bad_request", detail=_("无法读取请求的内容，请检查格式（JSON、表单）和编码。")
    )


def _too_big(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(request, status=413, code="too_large", detail=_("请求的内容太大，请分批发送。"))


def _database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("database away, trace %s", trace_of(request), exc_info=error)
    return problem(request, status=503, code="unavailable", detail=_("数据库暂时无法访问，请稍后重试。"), retry_after=5)


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("internal error, trace %s", trace_of(request), exc_info=error)
    return problem(request, status=500, code="internal", detail=_("程序内部错误，请把追踪号告诉管理员。"))
