"""What people can be told about, and where their addresses are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kefu.kernel.registry import Registry
from kefu.platform.delivery.choices import Channel
from kefu.platform.notify.choices import Way

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

AddressSource = Callable[[Collection[int]], Mapping[int, bytes]]


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice: ``room.thing``.

    ``default_channels`` (of ``inbox``, ``mail``, ``sms``, ``digest``) hold until a person chooses otherwise. An
    ``urgent`` kind does not wait for the end of quiet hours. A ``mandatory`` kind cannot be kept out of the inbox.
    """

    code: str
    label: StrOrPromise
    default_channels: frozenset[str]
    urgent: bool = False
    mandatory: bool = False
    icon: str = "bell"


NOTICE_KINDS: Registry[NoticeKind] = Registry("notice kinds", lambda kind: kind.code)


def notice_kind(
    code: str,
    label: StrOrPromise,
    default_channels: Iterable[str] = ("inbox",),
    urgent: bool = False,
    *,
    mandatory: bool = False,
    icon: str = "bell",
) -> NoticeKind:
    """Declare a kind of notice, in the app's ``ready``."""
    ways = frozenset(Way(way).value for way in default_channels)
    if Way.INBOX.value not in ways and mandatory:
        raise ValueError(f"{code}: a mandatory kind goes to the inbox")
    return NOTICE_KINDS.register(NoticeKind(code, label, ways, urgent, mandatory, icon))


@dataclass(frozen=True, eq=False)
class Source:
    """Who knows addresses of one channel."""

    code: str
    channel: str
    fn: AddressSource


SOURCES: Registry[Source] = Registry("address sources", lambda source: source.code)


def address_source(code: str, channel: str) -> Callable[[AddressSource], AddressSource]:
    """Register ``fn(user_ids)`` that returns the vault's tokens of their addresses on ``channel`` (mail, sms).

    What a person has entered under the notice settings comes first, then the sources in order of registration.
    """

    def declare(fn: AddressSource) -> AddressSource:
        SOURCES.register(Source(code, Channel(channel).value, fn))
        return fn

    return declare
