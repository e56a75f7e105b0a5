"""Tickets: Django checks who may read what and signs it; the hub only checks the signature and the end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput, NotSignedIn
from kefu.platform.access.queries import actors_behind
from kefu.platform.live.registry import may_read

SALT = "kefu.live.ticket"
LIFETIME = 300
MOST_TOPICS = 60


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to read ``topics`` until ``expires`` (seconds since 1970)."""

    user_id: int
    topics: tuple[str, ...]
    expires: float


def allowed(actor: Actor, topics: Sequence[str]) -> list[str]:
    """Those of ``topics`` that the actor may read, each once."""
    if not actor.is_signed_in:
        return []
    both = actors_behind(actor)
    return [topic for topic in dict.fromkeys(topics) if all(may_read(each, topic) for each in both)]


def issue(actor: Actor, topics: Sequence[str], *, lifetime: int = LIFETIME, now: float | None = None) -> str:
    """A signed ticket for ``topics``, valid for at most five minutes.

    Raises ``Denied`` when the actor may not read one of them, ``NotSignedIn`` when nobody is signed in.
    """
    if actor.user_id is None:
        raise NotSignedIn(_("登录已过期，请重新登录"))
    if len(topics) > MOST_TOPICS:
        raise InvalidInput(_("一次最多订阅 %(most)s 个主题") % {"most": MOST_TOPICS}, field="topic")
    refused = set(topics) - set(allowed(actor, topics))
    if refused:
        raise Denied(_("无权订阅：%(topics)s") % {"topics": ", ".join(sorted(refused))})
    expires = (time.time() if now is None else now) + min(lifetime, LIFETIME)
    return signing.dumps({"u": actor.user_id, "t": list(dict.fromkeys(topics)), "e": expires}, salt=SALT)


def read(text: str, *, now: float | None = None) -> Ticket | None:
    """The ticket, or ``None`` when it is forged, damaged or over."""
    try:
        data = signing.loads(text, salt=SALT)
        ticket = Ticket(int(data["u"]), tuple(map(str, data["t"])), float(data["e"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    return ticket if (time.time() if now is None else now) < ticket.expires else None
