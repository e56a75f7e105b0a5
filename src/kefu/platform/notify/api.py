"""One's own notices over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from kefu.platform.access.guard import actor_of, signed_in
from kefu.platform.api.idempotency import idempotent
from kefu.platform.api.paging import KeysetPage, PageQuery, keyset_page
from kefu.platform.notify import queries, services
from kefu.platform.notify.models import Notice

router = Router()
NoticeId = Annotated[int, Field(ge=1, le=2**63 - 1)]


class NoticeOut(Schema):
    """A notice in the caller's language."""

    id: int
    kind: str
    kind_label: str
    title: str
    body: str
    url: str
    is_unread: bool
    created_at: datetime
    read_at: datetime | None


class NoticeQuery(PageQuery):
    """Which notices."""

    unread: bool | None = None
    kind: str = Field("", max_length=100, pattern=r"^[a-z0-9_.]*$")


class ReadIn(Schema):
    """The notices to mark."""

    ids: list[NoticeId] = Field(max_length=200)


class CountOut(Schema):
    """How many were changed, and how many are unread now (counted to 100)."""

    changed: int
    unread: int


def _out(notice: Notice) -> NoticeOut:
    return NoticeOut(
        id=notice.pk,
        kind=notice.kind,
        kind_label=notice.kind_label,
        title=notice.title_text,
        body=notice.body_text,
        url=notice.url,
        is_unread=notice.is_unread,
        created_at=notice.created_at,
        read_at=notice.read_at,
    )


@router.get("", response=KeysetPage[NoticeOut], summary="List one's notices")
@signed_in
def list_notices(request: HttpRequest, query: Query[NoticeQuery]) -> Any:
    """The caller's inbox, newest first."""
    rows = queries.inbox(actor_of(request))
    if query.unread is not None:
        rows = rows.filter(is_unread=query.unread)
    if query.kind:
        rows = rows.filter(kind=query.kind)
    return keyset_page(rows, query, order=("-id",), present=_out)


@router.post("/read", response=CountOut, summary="Mark notices as read")
@signed_in
@idempotent
def read_notices(request: HttpRequest, data: ReadIn) -> Any:
    """Mark those of the caller's notices as read; others' are left alone."""
    actor = actor_of(request)
    changed = services.mark_read(actor=actor, ids=data.ids)
    return CountOut(changed=changed, unread=queries.unread_count(actor.user_id or 0))


@router.post("/read-all", response=CountOut, summary="Mark all notices as read")
@signed_in
@idempotent
def read_all_notices(request: HttpRequest) -> Any:
    """Mark the caller's whole inbox as read."""
    changed = services.mark_all_read(actor=actor_of(request))
    return CountOut(changed=changed, unread=0)
