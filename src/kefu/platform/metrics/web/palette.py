"""Metrics in the command palette."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy

from kefu.kernel.actor import Actor
from kefu.kernel.metrics import METRICS
from kefu.platform.metrics import permissions
from kefu.platform.webui.finding import PROVIDERS, Hit, Provider


def _metrics(viewer: Actor, text: str) -> Iterator[Hit]:
    low = text.lower()
    for metric in METRICS:
        if low in metric.code or low in str(metric.name).lower():
            yield Hit(str(metric.name), reverse("metrics:detail", args=[metric.code]), metric.code)


def register() -> None:
    """Offer the definitions of metrics."""
    PROVIDERS.register(
        Provider("metrics.metrics", gettext_lazy("指标"), "sigma", permissions.VIEW_DEFINITION, _metrics, 50)
    )
