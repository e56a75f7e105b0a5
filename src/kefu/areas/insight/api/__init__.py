"""The room's interface."""

from kefu.areas.insight.api.alerts import router

__all__ = ["router"]
