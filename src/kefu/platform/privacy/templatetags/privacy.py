"""``{% load privacy %}``: masked values and the watermark."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.platform.privacy import queries, rendering
from kefu.platform.privacy.choices import Kind

register = template.Library()


@register.simple_tag(takes_context=True)
def masked(
    context: Context, token: bytes | memoryview | None, kind: str = Kind.PHONE.value, at: str = ""
) -> SafeString:
    """The masked value behind ``token`` with its reveal button; ``at`` names the place (``calls.visit:42``).

    A view with many of them puts ``queries.masked(tokens)`` into the context as ``masks``; else it is looked up.
    """
    viewer: Actor = getattr(context.get("request"), "actor", None) or Actor.anonymous()
    known: dict[bytes, str] = context.get("masks") or {}
    text = ""
    if token is not None:
        key = bytes(token)
        text = known[key] if key in known else queries.masked([key]).get(key, "")
    return rendering.masked_html(viewer, token, text, kind=kind, context=at)


@register.simple_tag(takes_context=True)
def watermark(context: Context) -> SafeString:
    """The viewer's name and number across the page, for pages with personal data; nothing when nobody is signed in."""
    request = context.get("request")
    actor: Actor = getattr(request, "actor", None) or Actor.anonymous()
    if not actor.is_signed_in:
        return mark_safe("")
    name = str(getattr(getattr(request, "user", None), "display_name", "") or "")
    return format_html(
        '<link rel="stylesheet" href="{}"><svg class="ui-watermark" aria-hidden="true" focusable="false"><defs>'
        '<pattern id="ui-watermark" width="280" height="170" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(-22)"><text x="12" y="70">{}</text><text x="12" y="92">{}</text></pattern></defs>'
        '<rect width="100%" height="100%" fill="url(#ui-watermark)"/></svg>',
        static("privacy/privacy.css"),
        f"{name} {actor.label}".strip(),
        _("仅限工作使用"),
    )
