"""Handing notices to delivery when their time has come: each once, digests together."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from kefu.platform.delivery import queries as delivery
from kefu.platform.delivery.choices import Channel
from kefu.platform.delivery.models import Message
from kefu.platform.delivery.services import send
from kefu.platform.notify import queries
from kefu.platform.notify.choices import DispatchState, SkipReason, Way
from kefu.platform.notify.models import Dispatch

BATCH = 200
MOST_IN_DIGEST = 50
CHANNEL_OF = {
    Way.MAIL.value: Channel.MAIL.value,
    Way.SMS.value: Channel.SMS.value,
    Way.DIGEST.value: Channel.MAIL.value,
}


def hand_over_due(now: datetime) -> int:
    """Hand over what is due; returns how many dispatches were dealt with."""
    done = 0
    while True:
        dealt = _batch(now)
        done += dealt
        if dealt < BATCH:
            return done


def _batch(now: datetime) -> int:
    with transaction.atomic():
        rows = list(
            Dispatch.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("notice__user")
            .filter(state=DispatchState.WAITING, due_at__lte=now)
            .order_by("due_at", "id")[:BATCH]
        )
        digests = {row.notice.user_id for row in rows if row.way == Way.DIGEST}
        if digests:
            # A digest holds all that is due to its reader, even beyond the batch.
            known = {row.pk for row in rows}
            more = Dispatch.objects.select_for_update(of=("self",), skip_locked=True).select_related("notice__user")
            rows += list(
                more.filter(
                    state=DispatchState.WAITING, way=Way.DIGEST, due_at__lte=now, notice__user_id__in=digests
                ).exclude(pk__in=known)
            )
        dealt = len(rows)
        waiting = _without_pointless(rows, now)
        for row in waiting:
            if row.way != Way.DIGEST:
                _close(row, now, message=_send_one(row))
        by_user: dict[int, list[Dispatch]] = defaultdict(list)
        for row in waiting:
            if row.way == Way.DIGEST:
                by_user[row.notice.user_id].append(row)
        for group in by_user.values():
            message = _send_digest(group)
            for row in group:
                _close(row, now, message=message)
    return dealt


def _without_pointless(rows: list[Dispatch], now: datetime) -> list[Dispatch]:
    """Close those that cannot or need not go out; hang the address on the others."""
    tokens: dict[str, dict[int, bytes]] = {}
    ready: dict[str, bool] = {}
    for channel in {CHANNEL_OF[row.way] for row in rows}:
        users = {row.notice.user_id for row in rows if CHANNEL_OF[row.way] == channel}
        ready[channel] = delivery.is_configured(channel)
        tokens[channel] = queries.addresses(users, channel) if ready[channel] else {}
    left = []
    for row in rows:
        channel = CHANNEL_OF[row.way]
        token = tokens[channel].get(row.notice.user_id)
        if not row.notice.user.is_active:
            _close(row, now, reason=SkipReason.INACTIVE)
        elif row.notice.in_inbox and not row.notice.is_unread:
            _close(row, now, reason=SkipReason.READ)
        elif not ready[channel]:
            _close(row, now, reason=SkipReason.NOT_CONFIGURED)
        elif token is None:
            _close(row, now, reason=SkipReason.NO_ADDRESS)
        else:
            row.to_token = token  # type: ignore[attr-defined]
            left.append(row)
    return left


def _close(row: Dispatch, now: datetime, *, message: Message | None = None, reason: SkipReason | None = None) -> None:
    row.state = DispatchState.SKIPPED if reason else DispatchState.HANDED_OVER
    row.skip_reason = reason.value if reason else ""
    row.message = message
    row.finished_at = now
    row.save(update_fields=["state", "skip_reason", "message", "finished_at"])


def _send_one(row: Dispatch) -> Message:
    notice = row.notice
    with translation.override(notice.user.language or settings.LANGUAGE_CODE):
        title, body, link = notice.title_text, notice.body_text, _link(notice.url)
        if row.way == Way.SMS:
            text, html = title, ""
        else:
            text = "\n\n".join(part for part in (title, body, link) if part) + "\n"
            html = render_to_string("notify/mail.html", {"entries": [_entry(row)], "title": title, "digest": False})
    return send(
        channel=CHANNEL_OF[row.way],
        to_token=row.to_token,  # type: ignore[attr-defined]
        subject=title,
        body=text,
        html=html,
        dedupe_key=f"notify:{row.pk}",
        origin=f"notify.notice:{notice.pk}",
    )


def _send_digest(group: list[Dispatch]) -> Message:
    group.sort(key=lambda row: -row.notice_id)
    first = group[0].notice
    with translation.override(first.user.language or settings.LANGUAGE_CODE):
        title = _("您有 %(count)d 条通知") % {"count": len(group)}
        entries = [_entry(row) for row in group[:MOST_IN_DIGEST]]
        more = len(group) - len(entries)
        lines = [f"· {entry['title']}" + (f"\n  {entry['link']}" if entry["link"] else "") for entry in entries]
        if more:
            lines.append(_("还有 %(count)d 条，请在收件箱中查看。") % {"count": more})
        html = render_to_string("notify/mail.html", {"entries": entries, "title": title, "digest": True, "more": more})
    return send(
        channel=Channel.MAIL,
        to_token=group[0].to_token,  # type: ignore[attr-defined]
        subject=title,
        body="\n".join([title, "", *lines, ""]),
        html=html,
        dedupe_key=f"digest:{first.user_id}:{max(row.pk for row in group)}",
        origin="notify.digest",
    )


def _entry(row: Dispatch) -> dict[str, object]:
    notice = row.notice
    return {
        "kind": notice.kind_label,
        "title": notice.title_text,
        "body": notice.body_text,
        "link": _link(notice.url),
        "created_at": notice.created_at,
    }


def _link(path: str) -> str:
    """The whole address of a page, where the installation knows its own."""
    return f"{settings.PUBLIC_URL}{path}" if path and settings.PUBLIC_URL else ""
