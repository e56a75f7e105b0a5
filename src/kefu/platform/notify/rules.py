"""Pure: when a notice may go out, and by which ways."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from kefu.platform.notify.choices import Way

DIGEST_AT = time(8, 30)
QUIET_FROM = time(22, 0)
QUIET_UNTIL = time(7, 0)


def is_quiet(at: time, begin: time | None, end: time | None) -> bool:
    """Whether the time of day lies in the quiet hours (which may cross midnight); equal or missing ends mean none."""
    if begin is None or end is None or begin == end:
        return False
    if begin < end:
        return begin <= at < end
    return at >= begin or at < end


def goes_out_at(now: datetime, zone: ZoneInfo, begin: time | None, end: time | None, *, urgent: bool) -> datetime:
    """When something that is due now may disturb its reader: now, or at the end of the quiet hours."""
    local = now.astimezone(zone)
    at = local.time().replace(tzinfo=None)
    if urgent or end is None or not is_quiet(at, begin, end):
        return now
    day = local.date() if at < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=zone).astimezone(now.tzinfo)


def next_digest_at(now: datetime, zone: ZoneInfo, at: time) -> datetime:
    """The first instant after now that is the digest's time of day."""
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), at, tzinfo=zone)
    if today <= local:
        today = datetime.combine(local.date() + timedelta(days=1), at, tzinfo=zone)
    return today.astimezone(now.tzinfo)


def ways(chosen: Collection[str] | None, default: Collection[str], *, mandatory: bool) -> frozenset[str]:
    """The ways a notice takes; mail at once makes the digest superfluous, a mandatory kind keeps the inbox."""
    found = set(default if chosen is None else chosen)
    if mandatory:
        found.add(Way.INBOX.value)
    if Way.MAIL.value in found:
        found.discard(Way.DIGEST.value)
    return frozenset(found)
