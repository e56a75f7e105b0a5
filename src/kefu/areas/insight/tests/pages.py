"""The pages of insight and of the metric catalogue, as they are shown in a browser by the tests."""

from __future__ import annotations

from typing import Any

from kefu.areas.insight.tests.payloads import wall
from kefu.kernel.metrics import METRICS
from kefu.platform.live import services
from kefu.platform.webui.testing.pages import PAGES, PageCase


def with_data(user: Any) -> None:
    """The whole centre's board has something to show."""
    services.publish("calls.wall.all", wall(tiles=60))  # type: ignore[arg-type]


def a_metric(user: Any) -> dict[str, Any]:
    """Some metric that is registered."""
    codes = [m.code for m in METRICS]
    return {"code": "service_level.f3" if "service_level.f3" in codes else codes[0]}


PAGES.register_all(
    [
        PageCase("insight.wall", "insight:wall", "manager", with_data),
        PageCase("insight.wall_empty", "insight:wall", "manager"),
        PageCase("insight.wall_full", "insight:wall_full", "manager", with_data),
        PageCase("insight.wall_full_agents", "insight:wall_full", "manager", with_data, {"layout": "agents"}),
        PageCase(
            "insight.wall_full_light", "insight:wall_full", "manager", with_data, {"theme": "light", "layout": "trend"}
        ),
        PageCase("insight.wall_contrast", "insight:wall_full", "manager", with_data, {"theme": "contrast"}),
        PageCase("insight.interval", "insight:interval", "manager", query={"compare": "week"}),
        PageCase("insight.agents", "insight:agents", "leader", query={"period": "7d"}),
        PageCase("insight.explore", "insight:explore", "analyst"),
        PageCase("metrics.list", "metrics:list", "agent"),
        PageCase("live.status", "live:status", "manager"),
    ]
)
if len(METRICS):
    PAGES.register(PageCase("metrics.detail", "metrics:detail", "manager", a_metric))
