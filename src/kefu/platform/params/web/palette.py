"""Parameters in the command palette."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy

from kefu.kernel.actor import Actor
from kefu.platform.params import permissions
from kefu.platform.params.registry import PARAMS
from kefu.platform.webui.finding import PROVIDERS, Hit, Provider


def _params(viewer: Actor, text: str) -> Iterator[Hit]:
    low = text.lower()
    for param in PARAMS:
        if low in param.code or low in str(param.label).lower():
            yield Hit(str(param.label), reverse("params:param", args=[param.code]), param.code)


def register() -> None:
    """Offer the parameters."""
    PROVIDERS.register(
        Provider("params.params", gettext_lazy("参数"), "sliders-horizontal", permissions.VIEW, _params, 60)
    )
