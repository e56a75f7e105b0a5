"""Alert rules and their alerts; plans of reports and the reports made of them."""

from kefu.areas.insight.models.alert import Alert, AlertEvent, AlertStep, AlertTold
from kefu.areas.insight.models.made_report import MadeReport, ReportCopy
from kefu.areas.insight.models.report_plan import ReportAddress, ReportPlan
from kefu.areas.insight.models.rule import AlertRule, AlertWatch, GaugeMinute

__all__ = [
    "Alert",
    "AlertEvent",
    "AlertRule",
    "AlertStep",
    "AlertTold",
    "AlertWatch",
    "GaugeMinute",
    "MadeReport",
    "ReportAddress",
    "ReportCopy",
    "ReportPlan",
]
