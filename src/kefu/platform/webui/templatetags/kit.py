"""The kit's template tags: the only way in which pages draw icons, chips, avatars, numbers and fields."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kefu.kernel.choices import Tone, ToneChoices
from kefu.platform.webui import formats

register = template.Library()

SPRITE = "webui/vendor/icons.svg"
TONE_ICONS = {
    "ok": "circle-check",
    "warn": "triangle-alert",
    "bad": "circle-x",
    "info": "circle-dot",
    "neutral": "circle",
}


@register.simple_tag
def icon(name: str, label: str = "", cls: str = "") -> SafeString:
    """An icon of the sprite; with ``label`` it is an image with a name, without it is decoration."""
    return _svg(f"{static(SPRITE)}#{name}", f"ui-i {cls}".strip(), str(label))


@lru_cache(maxsize=2048)
def _svg(href: str, classes: str, label: str) -> SafeString:
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', classes, label, href)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', classes, href)


@register.simple_tag
def badge(
    text: str | Promise, tone: str = "neutral", icon_name: str | None = None, icon: str | None = None
) -> SafeString:
    """A status chip: colour, icon shape and word. Without an icon the tone's own shape is taken; ``""`` means none."""
    name = icon if icon is not None else icon_name
    if name is None:
        name = TONE_ICONS.get(str(tone), "") if str(tone) != "neutral" else ""
    return format_html('<span class="ui-tag" data-tone="{}">{}{}</span>', str(tone), _icon(name) if name else "", text)


@register.simple_tag
def state(choice: Any, icon_name: str | None = None) -> SafeString:
    """The chip of a ``ToneChoices`` member (label, tone)."""
    if choice is None or choice == "":
        return mark_safe(formats.NOTHING)  # noqa: S308 - a constant
    if isinstance(choice, ToneChoices):
        return badge(choice.label, choice.tone.value, icon_name)
    return badge(str(choice), Tone.NEUTRAL.value, icon_name)


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """A round mark with the end of the name; ``size`` is ``""``, ``"s"`` or ``"l"``. Decoration: the name stands beside."""
    name = str(name)
    hue = sum(map(ord, name)) % 6
    ascii_words = name.split() if name.isascii() else []
    if ascii_words:
        mark = "".join(word[0] for word in ascii_words[:2]).upper()
    else:
        mark = name[-2:] if len(name) > 2 else name
    return format_html(
        '<span class="ui-av ui-av-{}{}" aria-hidden="true">{}</span>', hue, f" ui-av-{size}" if size else "", mark
    )


@register.simple_tag
def duration(seconds: float | None) -> str:
    """Seconds as ``m:ss`` or ``h:mm:ss``."""
    return formats.duration(seconds)


@register.simple_tag
def number(value: float | None, places: int = 0) -> str:
    """A number with thousands separated."""
    return formats.number(value, places)


@register.simple_tag
def percent(value: float | None, places: int = 1) -> str:
    """A share as a percentage."""
    return formats.percent(value, places)


@register.simple_tag
def when(value: datetime | date | None, seconds: bool = False) -> SafeString:
    """An instant in local time, marked up as ``<time>``."""
    if value is None:
        return mark_safe(formats.NOTHING)  # noqa: S308 - a constant
    machine = value.astimezone(UTC).isoformat() if isinstance(value, datetime) and value.tzinfo else value.isoformat()
    return format_html('<time datetime="{}" class="ui-nowrap">{}</time>', machine, formats.when(value, seconds))


@register.simple_tag
def file_size(size: int | None) -> str:
    """Bytes in a readable unit."""
    return formats.file_size(size)


@register.simple_tag
def empty(
    icon: str, title: str | Promise, text: str | Promise = "", action_url: str = "", action_label: str | Promise = ""
) -> SafeString:
    """An empty state: icon, what is missing, why, and one action."""
    action = format_html('<a class="ui-btn" href="{}">{}</a>', action_url, action_label) if action_url else ""
    return format_html(
        '<div class="ui-empty">{}<p class="ui-empty-title">{}</p>{}{}</div>',
        _icon(icon, cls="ui-i-xl"),
        title,
        format_html("<p>{}</p>", text) if text else "",
        action,
    )


@register.simple_tag
def sla(due_at: datetime, now: datetime, total_seconds: int) -> SafeString:
    """A deadline chip: remaining, nearly due (last quarter) or overdue, drawn here and ticked in the browser."""
    left = (due_at - now).total_seconds()
    mood = "bad" if left < 0 else ("warn" if left < total_seconds * 0.25 else "ok")
    words = {"bad": _("超时"), "warn": _("即将超时"), "ok": _("剩余")}
    names = {"bad": "circle-x", "warn": "triangle-alert", "ok": "clock"}
    return format_html(
        '<ui-sla class="ui-sla" data-state="{}" data-due="{}" data-total="{}" data-ok="{}" data-warn="{}" data-bad="{}">'
        '{}<span><b>{}</b> <span class="ui-t">{}</span></span></ui-sla>',
        mood,
        f"{due_at.timestamp():.3f}",
        total_seconds,
        words["ok"],
        words["warn"],
        words["bad"],
        _icon(names[mood]),
        words[mood],
        formats.clock_duration(left),
    )


@register.simple_tag
def timer(since: datetime, now: datetime) -> SafeString:
    """How long ago ``since`` was, ticking with the server's clock."""
    return format_html(
        '<ui-timer data-since="{}">{}</ui-timer>',
        f"{since.timestamp():.3f}",
        formats.clock_duration((now - since).total_seconds()),
    )


@register.simple_tag
def meter(
    value: float | None, low: float | None = None, tone: str = "ok", places: int = 1, label: str = ""
) -> SafeString:
    """A share (0…1) as a small bar with its figure; ``tone`` colours it."""
    if value is None:
        return mark_safe(formats.NOTHING)  # noqa: S308 - a constant
    return format_html(
        '<span class="ui-meter"><meter data-tone="{}" min="0" max="1" value="{}" aria-label="{}"></meter>{}</span>',
        tone,
        f"{min(max(float(value), 0.0), 1.0):.4f}",
        label or formats.percent(value, places),
        formats.percent(value, places),
    )


@register.simple_tag
def spark(
    values: Sequence[float | None], tone: str = "", label: str = "", width: int = 88, height: int = 24
) -> SafeString:
    """A small trend line drawn on the server; gaps where a value is missing."""
    known = [float(v) for v in values if v is not None and not math.isnan(float(v))]
    if len(known) < 2:
        return mark_safe(f'<span class="ui-muted">{formats.NOTHING}</span>')  # noqa: S308 - a constant
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step = width / max(len(values) - 1, 1)
    path, pen = [], "M"
    for i, v in enumerate(values):
        if v is None or math.isnan(float(v)):
            pen = "M"
            continue
        path.append(f"{pen}{i * step:.1f} {height - 2 - (float(v) - low) / span * (height - 4):.1f}")
        pen = "L"
    text = label or _("走势：最低 %(low)s，最高 %(high)s，最近 %(last)s") % {
        "low": formats.number(low, 1),
        "high": formats.number(high, 1),
        "last": formats.number(known[-1], 1),
    }
    return format_html(
        '<svg class="ui-spark" data-tone="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<path d="{}"/></svg>',
        tone,
        width,
        height,
        text,
        "".join(path),
    )


@register.simple_tag
def delta(change: float | None, good: str = "up", kind: str = "percent", places: int = 1) -> SafeString:
    """A change against the comparison: arrow, sign and colour by whether up or down is good (``up|down|none``)."""
    if change is None:
        return format_html('<span class="ui-delta ui-muted">{}</span>', formats.NOTHING)
    shape = "arrow-up" if change > 0 else "arrow-down" if change < 0 else "minus"
    better = (change > 0) == (good == "up")
    tone = "neutral" if not change or good == "none" else ("ok" if better else "bad")
    if kind == "percent":
        text = f"{change * 100:+.{places}f}%"
    elif kind == "point":
        text = _("%(n)s 个百分点") % {"n": f"{change * 100:+.{places}f}"}
    elif kind == "duration":
        text = ("+" if change > 0 else "") + formats.duration(change)
    else:
        text = f"{change:+,.{places}f}"
    return format_html('<span class="ui-delta ui-c-{}">{}{}</span>', tone, _icon(shape), text)


@register.inclusion_tag("webui/field.html")
def field(bound: BoundField, label: str = "", cls: str = "") -> dict[str, Any]:
    """A form field: label above, help, the control, errors beneath."""
    from kefu.platform.webui.forms import kind_of

    return {"field": bound, "label": label or bound.label, "cls": cls, "kind": kind_of(bound)}


@register.simple_tag
def chart(spec: Mapping[str, Any], label: str, cls: str = "") -> SafeString:
    """A chart (see ``webui.charts``): the drawing, its data and a table for those who cannot see it."""
    from kefu.platform.webui import charts

    return charts.render(spec, label, cls)


@register.simple_tag(takes_context=True)
def ui_shell(context: Context) -> Any:
    """Everything the frame of the page needs (menu, theme, density, identity)."""
    from kefu.platform.webui import shell

    return shell.build(context.get("request"), str(context.get("active", "")), str(context.get("title", "")))


@register.simple_tag(takes_context=True)
def panels(context: Context, slot: str, **given: Any) -> SafeString:
    """The fragments that rooms offer for ``slot``, those the viewer may see, in order."""
    from kefu.platform.webui.panels import render_slot

    return render_slot(context["request"], slot, given)


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The present address with some parameters changed (``None`` removes one): ``?a=1&b=2``."""
    request = context["request"]
    params = request.GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            params.pop(key, None)
        else:
            params[key] = str(value)
    text = params.urlencode()
    return f"?{text}" if text else request.path


@register.inclusion_tag("webui/range.html", takes_context=True)
def time_range(context: Context, range: Any, compare: bool = True) -> dict[str, Any]:
    """The control for a ``webui.ranges.TimeRange``: presets, own dates, comparison; other parameters are kept."""
    from kefu.platform.webui import ranges

    request = context["request"]
    own = {"range", "from", "to", "compare", "after", "before"}
    keep = [(name, value) for name, values in request.GET.lists() if name not in own for value in values]
    return {
        "request": request,
        "path": request.path,
        "range": range,
        "keep": keep,
        "presets": ranges.preset_labels(),
        "comparisons": ranges.comparison_labels() if compare else [],
    }


@register.simple_tag
def range_query(chosen: Any, keep: Sequence[tuple[str, str]], **changes: str) -> str:
    """The query string of a preset with the kept parameters and the comparison."""
    given = [*keep, *changes.items()]
    if chosen.compare:
        given.append(("compare", chosen.compare))
    return "?" + urlencode(given)


@register.simple_tag
def table_url(table: Any, **changes: Any) -> str:
    """The table's address with changed parameters, from the first page unless a cursor is given."""
    return str(table.url(**{k: None if v is None else str(v) for k, v in changes.items()}))


@register.simple_tag
def table_clear(table: Any) -> str:
    """The table's address without its filters; view and order stay."""
    return str(table.url(**{name: None for f in table.filters for name in f.parameters}))


@register.filter
def get(mapping: Mapping[str, Any] | None, key: str) -> Any:
    """The value under a key that is only known at run time."""
    return None if mapping is None else mapping.get(key)


@register.simple_tag
def attrs(values: Mapping[str, Any] | None) -> SafeString:
    """HTML attributes from a mapping; ``True`` writes the bare name, ``None`` and ``False`` nothing."""
    pairs = [(k, v) for k, v in (values or {}).items() if v is not None and v is not False]
    return format_html_join("", " {}{}", ((k, "" if v is True else format_html('="{}"', v)) for k, v in pairs))


def _icon(name: str, label: str = "", cls: str = "") -> SafeString:
    return icon(name, label, cls)
