"""The download: whole or in parts, so that a recording can be played from any second."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kefu.kernel import auditing
from kefu.kernel.errors import NotFound
from kefu.platform.access.guard import actor_of, signed_in
from kefu.platform.files import queries, rules
from kefu.platform.files.models import StoredFile
from kefu.platform.files.registry import PURPOSES

CHUNK = 256 * 1024


@require_safe
@signed_in
def download(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The bytes, with ``Range``, ``If-Range`` and ``If-None-Match``; reading from the start is logged if asked for."""
    actor = actor_of(request)
    file = queries.readable_file(actor, uid)
    if not file.location.is_file():
        raise NotFound(_("文件内容已不在磁盘上，请联系管理员。"), code="file_gone")
    etag = f'"{file.sha256[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    try:
        span = _span(request, file, etag)
    except rules.Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    whole = span is None
    span = span or rules.Span(0, file.size - 1)
    if request.method == "GET" and span.start == 0 and PURPOSES.get(file.purpose).logs_access:
        auditing.record(actor=actor, action="files.file:read", target=f"files.file:{file.uid}")
    response = _body(request, file.location, span)
    response.status_code = 200 if whole else 206
    if not whole:
        response["Content-Range"] = f"bytes {span.start}-{span.end}/{file.size}"
    response["Content-Type"] = file.content_type
    response["Content-Length"] = str(span.length)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = disposition(file)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def disposition(file: StoredFile) -> str:
    """Shown in the browser only for types that cannot run anything; everything else is saved."""
    kind = "inline" if file.content_type.startswith(rules.INLINE) else "attachment"
    return f"{kind}; filename*=UTF-8''{quote(file.name)}"


def _span(request: HttpRequest, file: StoredFile, etag: str) -> rules.Span | None:
    header = request.headers.get("Range", "")
    condition = request.headers.get("If-Range", "")
    if not header or (condition and condition != etag):
        return None
    return rules.parse_range(header, file.size)


def _body(request: HttpRequest, path: Path, span: rules.Span) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse()
    if isinstance(request, ASGIRequest):
        return StreamingHttpResponse(_read_async(path, span))
    return StreamingHttpResponse(_read(path, span))


def _read(path: Path, span: rules.Span) -> Generator[bytes, None, None]:
    with path.open("rb") as file:
        file.seek(span.start)
        left = span.length
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


async def _read_async(path: Path, span: rules.Span) -> AsyncIterator[bytes]:
    parts = _read(path, span)
    following = sync_to_async(lambda: next(parts, None), thread_sensitive=False)
    try:
        while (chunk := await following()) is not None:
            yield chunk
    finally:
        parts.close()
