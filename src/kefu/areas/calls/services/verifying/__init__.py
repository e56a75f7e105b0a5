"""Verification: everything that follows from the raw log is worked out again by another path and compared."""

from kefu.areas.calls.services.verifying.run import Verdict, verify

__all__ = ["Verdict", "verify"]
