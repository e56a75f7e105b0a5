"""Reads: one's inbox, and what one has chosen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound
from kefu.platform.delivery.choices import Channel
from kefu.platform.notify import rules
from kefu.platform.notify.badge import unread_count
from kefu.platform.notify.models import Notice, PersonalSettings, Preference
from kefu.platform.notify.registry import NOTICE_KINDS, SOURCES, NoticeKind

__all__ = ["Choice", "addresses", "choices_of", "inbox", "notice", "settings_of", "unread_count"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind with the ways one person hears of it."""

    kind: NoticeKind
    ways: frozenset[str]
    is_default: bool


def inbox(viewer: Actor) -> QuerySet[Notice]:
    """The viewer's own notices, unread ones first; nobody reads another's."""
    if viewer.user_id is None:
        return Notice.objects.none()
    return Notice.objects.filter(user_id=viewer.user_id, in_inbox=True).order_by("-is_unread", "-id")


def notice(viewer: Actor, notice_id: int) -> Notice:
    """One of the viewer's notices."""
    found = inbox(viewer).filter(pk=notice_id).first()
    if found is None:
        raise NotFound(_("没有这条通知，或者它不是发给您的。"))
    return found


def choices_of(user_id: int) -> list[Choice]:
    """Every kind with the ways of this person, by label."""
    own = dict(Preference.objects.filter(user_id=user_id).values_list("kind", "ways"))
    found = [
        Choice(
            kind,
            rules.ways(own.get(kind.code), kind.default_channels, mandatory=kind.mandatory),
            kind.code not in own,
        )
        for kind in NOTICE_KINDS
    ]
    return sorted(found, key=lambda choice: choice.kind.code)


def settings_of(user_id: int) -> PersonalSettings:
    """Quiet hours and addresses of this person; the usual ones when nothing was chosen."""
    return PersonalSettings.objects.filter(user_id=user_id).first() or PersonalSettings(user_id=user_id)


def addresses(user_ids: Collection[int], channel: str) -> dict[int, bytes]:
    """User → token of the address to use on ``channel``: one's own entry, else what another app knows."""
    field = "mail_token" if channel == Channel.MAIL else "phone_token"
    rows = PersonalSettings.objects.filter(user_id__in=user_ids, **{f"{field}__isnull": False})
    found = {user_id: bytes(token) for user_id, token in rows.values_list("user_id", field)}
    for source in SOURCES:
        missing = [user_id for user_id in user_ids if user_id not in found]
        if source.channel == channel and missing:
            found |= {user_id: bytes(token) for user_id, token in source.fn(missing).items() if user_id in missing}
    return found
