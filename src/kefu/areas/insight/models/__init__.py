"""Alert rules, their alerts and what happened to them."""

from kefu.areas.insight.models.alert import Alert, AlertEvent, AlertStep, AlertTold
from kefu.areas.insight.models.rule import AlertRule, AlertWatch, GaugeMinute

__all__ = ["Alert", "AlertEvent", "AlertRule", "AlertStep", "AlertTold", "AlertWatch", "GaugeMinute"]
