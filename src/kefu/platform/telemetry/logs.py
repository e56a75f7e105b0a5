"""Logs as lines for people or as JSON for machines; both carry the trace number, neither carries personal data."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from pythonjsonlogger.json import JsonFormatter

from kefu.platform.telemetry import context


class TraceFilter(logging.Filter):
    """Gives each record the trace number of the request or job it was written in; never drops one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Set ``record.trace``."""
        if not getattr(record, "trace", ""):
            record.trace = context.trace() or "-"
        return True


class JsonLines(JsonFormatter):
    """One JSON object a line: time (UTC), level, logger, message, trace, process, and what the record adds."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message", "trace", "process"],
            rename_fields={"levelname": "level", "name": "logger"},
            json_ensure_ascii=False,
        )

    def add_fields(
        self, log_data: dict[str, object], record: logging.LogRecord, message_dict: dict[str, object]
    ) -> None:
        """Put the time first."""
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        super().add_fields(log_data, record, message_dict)
