"""What the command palette finds besides pages: rooms register who looks for what.

A provider answers a whole question of the viewer with at most ``MOST`` hits, inside the viewer's scope and behind the
same masks as its lists, in a fixed number of statements; what cannot be meant (a number where names are looked for)
costs it none.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from kefu.kernel.actor import Actor
from kefu.kernel.registry import Registry
from kefu.platform.webui.viewer import may

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

log = logging.getLogger("kefu.web")

MOST = 6
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found, and the page about it."""

    label: str
    url: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """Who looks for one sort of thing; ``find(viewer, text)`` is asked only of whoever holds ``permission``."""

    code: str
    label: str | _StrPromise
    icon: str
    permission: str | tuple[str, ...]
    find: Callable[[Actor, str], Iterable[Hit]]
    order: int = 100


PROVIDERS: Registry[Provider] = Registry("palette providers", lambda p: p.code)


def find(viewer: Actor, text: str) -> list[dict[str, str]]:
    """Everything that ``text`` may mean to ``viewer``, sort by sort; a provider that fails is left out."""
    text = " ".join(text.split())[:LONGEST]
    if not is_worth_asking(text):
        return []
    found: list[dict[str, str]] = []
    for provider in sorted(PROVIDERS, key=lambda p: (p.order, p.code)):
        if not may(viewer, provider.permission):
            continue
        try:
            hits = list(islice(provider.find(viewer, text), MOST))
        except Exception:
            log.exception("palette provider %s failed", provider.code)
            continue
        found += [
            {"group": str(provider.label), "icon": provider.icon, "label": h.label, "url": h.url, "hint": h.hint}
            for h in hits
        ]
    return found


def is_worth_asking(text: str) -> bool:
    """Two letters or digits, or one Chinese character."""
    return len(text) >= 2 or any(ord(letter) > 0x2E7F for letter in text)
