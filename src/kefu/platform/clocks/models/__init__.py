"""Policies with their history, clocks with their log, and the ledger of what clocks did."""

from kefu.platform.clocks.models.clock import Clock, LogEntry, StepRecord
from kefu.platform.clocks.models.policy import PolicyVersion, ScheduleSnapshot

__all__ = ["Clock", "LogEntry", "PolicyVersion", "ScheduleSnapshot", "StepRecord"]
