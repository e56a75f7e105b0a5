"""Requests, their steps and seats, their history, and the chains."""

from kefu.platform.approvals.models.chains import ChainVersion
from kefu.platform.approvals.models.history import Attachment, HistoryLine
from kefu.platform.approvals.models.requests import Request, Seat, Step

__all__ = ["Attachment", "ChainVersion", "HistoryLine", "Request", "Seat", "Step"]
