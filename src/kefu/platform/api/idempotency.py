"""``Idempotency-Key``: a repeated request gets the first answer instead of doing its work twice."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _
from ninja.operation import Operation
from ninja.utils import contribute_operation_callback

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.platform.api.models import IdempotencyRecord

F = TypeVar("F", bound=Callable[..., Any])
HEADER = "Idempotency-Key"
ACCEPTED = re.compile(r"[\x21-\x7e]{1,200}")
PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]{1,200}$"},
    "description": "Repeat a request with the same key and body and you get the first answer; kept for two days.",
}


def idempotent(fn: F) -> F:
    """Put directly above the view function, under ``requires``; the view runs in a transaction.

    Same caller, key and body: the stored answer, marked ``Idempotency-Replayed: true``. Same key, other
    request: 422. A request that failed leaves nothing behind and may be repeated. Without the header the view
    runs as it is.
    """
    operations: list[Operation] = []

    @wraps(fn)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get(HEADER, "")
        if not key:
            with transaction.atomic():
                return fn(request, *args, **kwargs)
        if not ACCEPTED.fullmatch(key):
            raise InvalidInput(_("Idempotency-Key 只能是 1 到 200 个可见的英文字符。"), field=HEADER)
        with transaction.atomic():
            record, known = _open(caller_of(request), key, digest_of(request))
            if known:
                return _replay(record)
            response = _response(operations[0], request, fn(request, *args, **kwargs))
            IdempotencyRecord.objects.filter(pk=record.pk).update(
                status=response.status_code, content_type=response.headers["Content-Type"], body=response.content
            )
            return response

    def declare(operation: Operation) -> None:
        operations[:] = [operation]
        extra = operation.openapi_extra = dict(operation.openapi_extra or {})
        extra["parameters"] = [*extra.get("parameters", []), PARAMETER]

    contribute_operation_callback(view, declare)
    return cast(F, view)


def caller_of(request: HttpRequest) -> str:
    """To whom a key belongs: the token, the account, or the address of a public caller."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None and actor.token_id is not None:
        return f"token:{actor.token_id}"
    if actor is not None and actor.user_id is not None:
        return f"user:{actor.user_id}"
    return f"public:{request.META.get('REMOTE_ADDR', '')}"[:80]


def digest_of(request: HttpRequest) -> str:
    """A digest of method, address and body; of fields and files where the body has been parsed already."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode("utf-8", "surrogatepass"))
    try:
        digest.update(request.body)
    except RawPostDataException:
        digest.update(repr(sorted(request.POST.lists())).encode("utf-8", "surrogatepass"))
        files: list[tuple[str, Any]] = sorted(request.FILES.items(), key=lambda item: item[0])
        for name, file in files:
            digest.update(f"\n{name} {file.name}\n".encode("utf-8", "surrogatepass"))
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()


def _open(caller: str, key: str, digest: str) -> tuple[IdempotencyRecord, bool]:
    """Claim the key; waits for another request with it to end. Returns the record and whether it was there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_idempotencyrecord (caller, key, request_digest, status, content_type, body, created_at)"
            " VALUES (%s, %s, %s, 0, '', '', %s) ON CONFLICT (caller, key) DO NOTHING",
            [caller, key, digest, clock.now()],
        )
        created = cursor.rowcount == 1
    record = IdempotencyRecord.objects.get(caller=caller, key=key)
    if not created and record.request_digest != digest:
        raise InvalidInput(
            _("这个 Idempotency-Key 已经用于另一个请求，请换一个新的。"), field=HEADER, code="key_reused"
        )
    return record, not created


def _replay(record: IdempotencyRecord) -> HttpResponse:
    response = HttpResponse(bytes(record.body), status=record.status, content_type=record.content_type)
    response["Idempotency-Replayed"] = "true"
    return response


def _response(operation: Operation, request: HttpRequest, result: Any) -> HttpResponse:
    """What ninja would answer, made here so that it is stored in the same transaction."""
    if operation.api is None:
        from kefu.platform.api.instance import api

        operation.api = api()
    temporal = operation.api.create_temporal_response(request)
    return cast(HttpResponse, operation._result_to_response(request, result, temporal))
