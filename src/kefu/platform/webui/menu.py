"""The menu: rooms register their pages here; the shell and the palette show those that the viewer may open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kefu.kernel.actor import Actor
from kefu.kernel.registry import Registry
from kefu.platform.webui.viewer import may

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class MenuSection:
    """One entry of the rail. A section that nobody registers takes label and icon from its first page."""

    code: str
    label: str | _StrPromise
    icon: str
    order: int = 100


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One page that can be reached from the menu.

    ``permission`` is a permission code, several of which any one suffices, or ``""`` for everybody who has signed
    in. ``mobile`` offers the section in the bottom bar of a phone (the first four that do; the rest are under
    *更多*). ``key`` is the letter that goes there after ``g``. ``args`` are given to ``reverse``. ``is_shown`` may hide
    the entry for a time.
    """

    code: str
    label: str | _StrPromise
    icon: str
    url_name: str
    permission: str | tuple[str, ...] = ""
    section: str = "home"
    order: int = 100
    mobile: bool = True
    key: str = ""
    args: tuple[str, ...] = ()
    is_shown: Callable[[], bool] | None = None

    @property
    def url(self) -> str:
        """The address of the page."""
        return _address(self.url_name, self.args)


@lru_cache(maxsize=512)
def _address(url_name: str, args: tuple[str, ...]) -> str:
    """Every page asks for the whole menu three times: rail, sheet and palette."""
    return reverse(url_name, args=args)


SECTIONS: Registry[MenuSection] = Registry("menu sections", lambda s: s.code)
MENU: Registry[MenuItem] = Registry("menu", lambda item: item.code)

SECTIONS.register(MenuSection("system", _("系统"), "settings", 900))


@dataclass(frozen=True, slots=True)
class RailEntry:
    """A section as one viewer sees it: it opens its first page."""

    code: str
    label: str | _StrPromise
    icon: str
    url: str
    items: tuple[MenuItem, ...]
    is_current: bool
    mobile: bool


@dataclass(frozen=True, slots=True)
class Menu:
    """The whole menu of one viewer on one page."""

    entries: tuple[RailEntry, ...]
    current: MenuItem | None = None
    tabs: tuple[MenuItem, ...] = field(default=())

    @property
    def items(self) -> list[MenuItem]:
        """Every page that the viewer may open, in menu order."""
        return [item for entry in self.entries for item in entry.items]


def items_for(viewer: Actor) -> list[MenuItem]:
    """The pages that ``viewer`` may open, in order; nothing for somebody who has not signed in."""
    if not viewer.is_signed_in:
        return []
    return sorted(
        (item for item in MENU if may(viewer, item.permission) and (item.is_shown is None or item.is_shown())),
        key=lambda i: (i.order, i.code),
    )


def menu_for(viewer: Actor, active: str = "") -> Menu:
    """The menu of ``viewer`` with the page ``active`` (a menu code, or a section's code) marked."""
    allowed = items_for(viewer)
    grouped: dict[str, list[MenuItem]] = {}
    for item in allowed:
        grouped.setdefault(item.section, []).append(item)
    current = MENU.find(active)
    section_now = current.section if current else active
    ordered = sorted(grouped, key=lambda code: _section_order(code, grouped[code]))
    entries: list[RailEntry] = []
    mobile_left = 4
    for code in ordered:
        items = grouped[code]
        section = SECTIONS.find(code) or MenuSection(code, items[0].label, items[0].icon, items[0].order)
        shown = mobile_left > 0 and any(item.mobile for item in items)
        mobile_left -= shown
        entries.append(
            RailEntry(code, section.label, section.icon, items[0].url, tuple(items), code == section_now, bool(shown))
        )
    tabs = tuple(grouped.get(section_now, ()))
    return Menu(tuple(entries), current, tabs if len(tabs) > 1 else ())


def _section_order(code: str, items: Sequence[MenuItem]) -> tuple[int, str]:
    section = SECTIONS.find(code)
    return (section.order if section else items[0].order, code)
