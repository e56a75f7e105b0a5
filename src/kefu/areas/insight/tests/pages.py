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


def _plan() -> Any:
    from kefu.areas.insight import services
    from kefu.kernel.actor import Actor

    return services.save_plan(
        actor=Actor.system("test"),
        plan_id=None,
        name="月报",
        cadence="monthly",
        node_id=None,
        recipients=["role:manager"],
    )


def a_plan(user: Any) -> dict[str, Any]:
    """A plan."""
    return {"uid": _plan().uid}


def a_busy_report(user: Any) -> dict[str, Any]:
    """The same with two months of calls, good hours and bad ones."""
    from kefu.areas.calls.models import QueueFact
    from kefu.areas.insight.tests.autumn import two_months

    two_months(None, None)
    QueueFact.objects.filter(day__week_day=2, local_slot=40).update(answered_within=60)
    QueueFact.objects.filter(day__week_day=3, local_slot=40).update(answered_within=78)
    return a_report(user)


def a_report(user: Any) -> dict[str, Any]:
    """A report of a month, with a comment."""
    from datetime import date

    from kefu.areas.insight import services
    from kefu.kernel.actor import Actor

    system = Actor.system("test")
    report = services.make_report(actor=system, plan_id=_plan().pk, starts_on=date(2025, 10, 1), node_id=None)
    services.save_comments(actor=system, report_id=report.pk, comments={"overall": "总体平稳"})
    return {"uid": report.uid}


PAGES.register_all(
    [
        PageCase("insight.made_reports", "insight:made_reports", "manager"),
        PageCase("insight.made_report", "insight:made_report", "manager", a_busy_report),
        PageCase("insight.made_report_empty", "insight:made_report", "manager", a_report),
        PageCase("insight.report_plans", "insight:report_plans", "manager"),
        PageCase("insight.report_plan_new", "insight:report_plan_new", "manager"),
        PageCase("insight.report_plan", "insight:report_plan", "manager", a_plan),
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
