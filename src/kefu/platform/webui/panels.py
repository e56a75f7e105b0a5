"""Panels: fragments that a room offers to any page which has the slot (the customer page, a home page)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kefu.kernel.registry import Registry
from kefu.platform.webui.viewer import actor_of, may

log = logging.getLogger("kefu.web")

Render = Callable[[HttpRequest, Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Panel:
    """One fragment: ``render(request, context)`` returns safe HTML, or ``""`` when there is nothing to say."""

    slot: str
    code: str
    permission: str
    render: Render
    order: int = 100


PANELS: Registry[Panel] = Registry("panels", lambda p: p.code)


def panels_for(request: HttpRequest, slot: str) -> list[Panel]:
    """The panels of ``slot`` that the viewer may see, in order."""
    viewer = actor_of(request)
    found = [p for p in PANELS if p.slot == slot and may(viewer, p.permission)]
    return sorted(found, key=lambda p: (p.order, p.code))


def render_slot(request: HttpRequest, slot: str, context: Mapping[str, Any]) -> SafeString:
    """All panels of ``slot``; one that fails says so in its place and does not take the page with it."""
    parts: list[str] = []
    for panel in panels_for(request, slot):
        try:
            parts.append(panel.render(request, context))
        except Exception:
            log.exception("panel %s failed", panel.code)
            parts.append(
                format_html(
                    '<section class="ui-card"><div class="ui-card-b ui-muted">{}</div></section>',
                    _("这一栏暂时无法显示，其余内容不受影响。"),
                )
            )
    return format_html_join("", "{}", ((SafeString(part),) for part in parts if part))
