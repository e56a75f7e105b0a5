"""Template tags that lead from a number to its definition."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kefu.kernel.metrics import METRICS, Metric, Row
from kefu.platform.metrics import registry, wording
from kefu.platform.webui.templatetags.kit import icon

register = template.Library()


@register.simple_tag
def metric_link(metric: str | Metric, text: str = "", cls: str = "") -> SafeString:
    """The metric's name, opening its definition in a dialog (and, without scripts, its page).

    A code that no room has registered is written as it is.
    """
    known = metric if isinstance(metric, Metric) else METRICS.find(metric) or registry.default_variant(metric)
    if known is None:
        return format_html("<span>{}</span>", text or metric)
    return format_html(
        '<a class="ui-metric {}" href="{}" hx-get="{}" hx-target="#ui-dialog-body" hx-swap="innerHTML" title="{}">{}</a>',
        cls,
        reverse("metrics:detail", args=[known.code]),
        reverse("metrics:card", args=[known.code]),
        _("查看口径"),
        text or str(known.name),
    )


@register.simple_tag
def metric_info(metric: str | Metric) -> SafeString:
    """A small mark that opens the definition."""
    known = metric if isinstance(metric, Metric) else METRICS.find(metric)
    if known is None:
        return SafeString("")
    return format_html(
        '<a class="ui-metric-i" href="{}" hx-get="{}" hx-target="#ui-dialog-body" hx-swap="innerHTML">{}</a>',
        reverse("metrics:detail", args=[known.code]),
        reverse("metrics:card", args=[known.code]),
        icon("info", _("查看口径：%(name)s") % {"name": known.name}),
    )


@register.simple_tag
def metric_sample(metric: Metric, n: float) -> str:
    """How much a rate rests on."""
    return wording.sample(metric, n)


@register.simple_tag
def metric_value(metric: str | Metric, row: Row | None) -> str:
    """The value of a row in its metric's unit; a dash when there is none."""
    known = metric if isinstance(metric, Metric) else METRICS.get(metric)
    return wording.row_value(known, row)
