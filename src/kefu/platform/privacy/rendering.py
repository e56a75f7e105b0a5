"""How a masked value stands on a page: the mask, and for whoever may, the button that asks for a reason."""

from __future__ import annotations

from functools import lru_cache

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.platform.privacy import queries, services
from kefu.platform.privacy.choices import Kind


def masked_html(
    viewer: Actor, token: bytes | memoryview | None, text: str, *, kind: str = Kind.PHONE, context: str = ""
) -> SafeString:
    """``text`` (from ``queries.masked``) with a reveal button for viewers who may; a dash without a token.

    Use it in table columns; in templates the tag ``{% masked %}`` does the same.
    """
    if token is None or not text:
        return format_html('<span class="ui-muted">{}</span>', "—")
    shown = format_html('<span class="ui-nowrap">{}</span>', text)
    if text == _(queries.ERASED) or not queries.may_reveal(viewer):
        return shown
    before, after = _address()
    name = _name(kind, get_language() or "")
    return format_html(
        '<span class="ui-masked">{}<button class="ui-btn ui-btn-ghost ui-btn-ico ui-btn-sm" type="button" hx-get="{}" '
        'hx-target="#ui-dialog-body" hx-swap="innerHTML" aria-label="{}: {}" title="{}">'
        '<svg class="ui-i" aria-hidden="true"><use href="{}#eye"/></svg></button></span>',
        text,
        f"{before}{services.ticket_for(viewer, bytes(token), context)}{after}",
        name,
        text,
        name,
        static("webui/vendor/icons.svg"),
    )


@lru_cache
def _address() -> tuple[str, str]:
    """What stands before and after the ticket in the address; a list has fifty of them."""
    before, _place, after = reverse("privacy:reveal", args=["ticket"]).partition("ticket")
    return before, after


@lru_cache
def _name(kind: str, language: str) -> str:
    return _("查看完整%(kind)s") % {"kind": Kind(kind).label}
