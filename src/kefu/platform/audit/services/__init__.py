"""Writes of audit: recording and sealing."""

from kefu.platform.audit.services.recording import record, session_mark
from kefu.platform.audit.services.redacting import redact
from kefu.platform.audit.services.sealing import seal

__all__ = ["record", "redact", "seal", "session_mark"]
