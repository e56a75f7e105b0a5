"""The trail over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access.guard import actor_of, limited, requires
from kefu.platform.api.paging import KeysetPage, PageQuery, keyset_page
from kefu.platform.audit import permissions, queries
from kefu.platform.audit.models import AuditEntry

router = Router()


class EntryOut(Schema):
    """One entry of the trail."""

    id: int
    at: datetime
    actor_kind: str
    actor_label: str
    user_id: int | None
    token_id: int | None
    ip: str
    session: str
    cause: str
    action: str
    target: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str
    node_id: int | None
    seq: int | None = Field(description="Place in the chain; `null` until sealed")
    hash: str = Field(description="Hexadecimal; empty until sealed")


class EntryQuery(PageQuery):
    """Which entries."""

    who: str = Field("", max_length=64, description="The account")
    action: str = Field("", max_length=96, description="`room.noun:verb`")
    target: str = Field("", max_length=128, description="`room.noun:id`")
    since: AwareDatetime | None = None
    until: AwareDatetime | None = Field(None, description="Exclusive")


class VerdictOut(Schema):
    """What a check of the chain found."""

    ok: bool
    sealed: int
    unsealed: int
    head: str
    broken_id: int | None
    broken_seq: int | None
    why: str = Field(description="changed, unlinked, gap, tail_missing, or empty")


@router.get("/entries", response=KeysetPage[EntryOut], summary="Search the trail")
@requires(permissions.ENTRY_VIEW)
def list_entries(request: HttpRequest, query: Query[EntryQuery]) -> Any:
    """Entries, newest first."""
    rows = queries.entries_visible_to(actor_of(request))
    exact = {"actor_label": query.who, "action": query.action, "target": query.target}
    if any("\x00" in value for value in exact.values()):
        raise InvalidInput(_("含有无法识别的字符，请重新输入"))
    rows = rows.filter(**{field: value for field, value in exact.items() if value})
    if query.since is not None:
        rows = rows.filter(at__gte=query.since)
    if query.until is not None:
        rows = rows.filter(at__lt=query.until)
    return keyset_page(rows, query, order=("-id",), present=_present)


@router.get("/entries/{int:entry_id}", response=EntryOut, summary="Look at one entry")
@requires(permissions.ENTRY_VIEW)
def get_entry(request: HttpRequest, entry_id: int) -> Any:
    """One entry."""
    if entry_id >= 2**63:
        raise NotFound(_("没有这条审计记录。"))
    return _present(queries.entry_visible_to(actor_of(request), entry_id))


@router.get("/verify", response=VerdictOut, summary="Check the chain")
@requires(permissions.ENTRY_VIEW)
@limited("audit.verify", limit=20, per_seconds=600)
def verify(request: HttpRequest) -> Any:
    """Compute the whole chain anew; names the first broken entry and why."""
    return queries.verify().as_dict()


def _present(row: AuditEntry) -> dict[str, Any]:
    fields = EntryOut.model_fields
    return {name: getattr(row, name) for name in fields if name != "hash"} | {
        "hash": bytes(row.hash).hex() if row.hash else ""
    }
