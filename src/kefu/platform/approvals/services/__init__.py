"""Writes: submit, decide, send back, withdraw, pass up; change the chains; follow who is responsible."""

from kefu.platform.approvals.services.chains import chain_for, change_chain
from kefu.platform.approvals.services.deciding import BulkResult, approve_many, decide
from kefu.platform.approvals.services.following import check_seats, follow_clock
from kefu.platform.approvals.services.steering import pass_up, withdraw
from kefu.platform.approvals.services.submitting import attach, resubmit, submit

__all__ = [
    "BulkResult",
    "approve_many",
    "attach",
    "chain_for",
    "change_chain",
    "check_seats",
    "decide",
    "follow_clock",
    "pass_up",
    "resubmit",
    "submit",
    "withdraw",
]
