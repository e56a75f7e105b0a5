"""Holds, requests, rounds of retention, and what was erased."""

from kefu.platform.custody.models.holds import LegalHold
from kefu.platform.custody.models.requests import ErasureRecord, RequestEvent, SubjectRequest
from kefu.platform.custody.models.runs import RetentionRun

__all__ = ["ErasureRecord", "LegalHold", "RequestEvent", "RetentionRun", "SubjectRequest"]
