"""Telling people something."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import translation

from kefu.kernel import clock
from kefu.platform.access.models import User
from kefu.platform.notify import badge, rules
from kefu.platform.notify.choices import OUTWARD, Way
from kefu.platform.notify.models import Dispatch, PersonalSettings, Preference
from kefu.platform.notify.registry import NOTICE_KINDS, NoticeKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

INSERT = """
    INSERT INTO notify_notice
           (user_id, kind, title, body, params, url, origin, dedupe_key, in_inbox, is_unread, created_at)
    SELECT told.user_id, %s, %s, %s, %s::jsonb, %s, %s, %s, told.in_inbox, true, %s
      FROM unnest(%s::bigint[], %s::boolean[]) AS told(user_id, in_inbox)
     ORDER BY told.user_id
    ON CONFLICT DO NOTHING
    RETURNING id, user_id
"""


def notify(
    *,
    users: Iterable[int],
    kind: str,
    title: StrOrPromise,
    body: StrOrPromise = "",
    url: str = "",
    dedupe_key: str = "",
    origin: str = "",
    params: Mapping[str, Any] | None = None,
) -> int:
    """Tell each of ``users`` once, by the ways each has chosen; returns how many were told.

    Belongs to the caller's transaction. ``title`` and ``body`` may be lazy translations with ``%(name)s`` places
    filled from ``params``: they are stored as msgids and read in the reader's language. ``url`` is a path of this
    product. At most one notice per user and ``dedupe_key``, for good. Accounts out of use are left out.
    """
    spec = NOTICE_KINDS.get(kind)
    if url and (not url.startswith("/") or url.startswith("//")):
        raise ValueError(f"a notice leads to a page of ours: {url!r}")
    now = clock.now()
    title_id, body_id = msgid(title), msgid(body)
    if not title_id:
        raise ValueError("a notice needs a title")
    with transaction.atomic():
        chosen = _ways_of(set(users), spec)
        if not chosen:
            return 0
        ids = list(chosen)
        with connection.cursor() as cursor:
            cursor.execute(
                INSERT,
                [
                    kind,
                    title_id[:200],
                    body_id,
                    json.dumps(dict(params or {}), cls=DjangoJSONEncoder, ensure_ascii=False),
                    url[:500],
                    origin[:200],
                    dedupe_key[:200],
                    now,
                    ids,
                    [Way.INBOX in chosen[user_id] for user_id in ids],
                ],
            )
            told: list[tuple[int, int]] = cursor.fetchall()
        _plan(told, chosen, spec, now)
        badge.publish_after_commit(user_id for _id, user_id in told)
    return len(told)


def msgid(text: StrOrPromise) -> str:
    """The untranslated text of a lazy translation; other texts as they are."""
    if isinstance(text, str):
        return text
    with translation.override(None):
        return str(text)


def _ways_of(users: set[int], spec: NoticeKind) -> dict[int, frozenset[str]]:
    """User → ways, for active accounts that want to hear of this kind at all."""
    active = User.objects.filter(pk__in=users, is_active=True).order_by("pk").values_list("pk", flat=True)
    own = dict(Preference.objects.filter(user_id__in=users, kind=spec.code).values_list("user_id", "ways"))
    found = {
        user_id: rules.ways(own.get(user_id), spec.default_channels, mandatory=spec.mandatory) for user_id in active
    }
    return {user_id: ways for user_id, ways in found.items() if ways}


def _plan(told: list[tuple[int, int]], chosen: dict[int, frozenset[str]], spec: NoticeKind, now: datetime) -> None:
    """Write down what is to leave the house, and when it may."""
    outward = {user_id for _id, user_id in told if chosen[user_id] & {way.value for way in OUTWARD}}
    if not outward:
        return
    zone = clock.zone(settings.TIME_ZONE)
    hours = {row.user_id: row for row in PersonalSettings.objects.filter(user_id__in=outward)}
    rows = []
    for notice_id, user_id in told:
        own = hours.get(user_id) or PersonalSettings()
        for way in sorted(chosen[user_id] - {Way.INBOX.value}):
            due_at = (
                rules.next_digest_at(now, zone, own.digest_at)
                if way == Way.DIGEST
                else rules.goes_out_at(now, zone, own.quiet_from, own.quiet_until, urgent=spec.urgent)
            )
            rows.append(Dispatch(notice_id=notice_id, way=way, due_at=due_at))
    Dispatch.objects.bulk_create(rows)
