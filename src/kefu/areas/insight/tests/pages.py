"""The pages of insight and of the metric catalogue, as they are shown in a browser by the tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kefu.areas.insight import services as insight
from kefu.areas.insight.models import Alert, AlertRule
from kefu.areas.insight.tests.payloads import wall
from kefu.kernel import clock
from kefu.kernel.metrics import METRICS
from kefu.platform.live import services
from kefu.platform.webui.testing.pages import PAGES, PageCase


def with_data(user: Any) -> None:
    """The whole centre's board has something to show."""
    services.publish("calls.wall.all", wall(tiles=60))  # type: ignore[arg-type]


def an_alert(user: Any) -> dict[str, Any]:
    """An alert that has stood for some minutes, told to its people."""
    insight.install_builtin()
    AlertRule.objects.filter(code="waiting").update(evaluated_at=None)
    start = clock.now() - timedelta(minutes=8)
    for minute in range(8):
        now = start + timedelta(minutes=minute)
        services.publish("calls.wall.all", wall(waiting=25 + minute, now=now))  # type: ignore[arg-type]
        insight.keep_minute(now)
        insight.evaluate(now)
    insight.tell_due(now)
    return {"number": Alert.objects.get(rule__code="waiting").number}


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
        PageCase("insight.home", "webui:home", "manager", lambda user: an_alert(user) and None),
        PageCase("insight.home_agent", "webui:home", "agent"),
        PageCase("insight.alerts", "insight:alerts", "manager", lambda user: an_alert(user) and None),
        PageCase("insight.alert", "insight:alert", "manager", an_alert),
        PageCase("insight.alert_rules", "insight:alert_rules", "manager", lambda user: an_alert(user) and None),
        PageCase(
            "insight.alert_rule",
            "insight:alert_rule",
            "manager",
            lambda user: an_alert(user) and {"code": "waiting"},
            {"try": "1"},
        ),
        PageCase("insight.alert_rule_new", "insight:alert_rule_new", "manager", query={"metric": "service_level.f3"}),
        PageCase("insight.interval", "insight:interval", "manager", query={"compare": "week"}),
        PageCase("insight.agents", "insight:agents", "leader", query={"period": "7d"}),
        PageCase("insight.explore", "insight:explore", "analyst"),
        PageCase("metrics.list", "metrics:list", "agent"),
        PageCase("live.status", "live:status", "manager"),
    ]
)
if len(METRICS):
    PAGES.register(PageCase("metrics.detail", "metrics:detail", "manager", a_metric))
