"""The live board: what waits, who does what, how the day goes; published per scope for the wallboard."""

from kefu.areas.calls.services.live.publishing import publish_wall
from kefu.areas.calls.services.live.sums import LastWeek

__all__ = ["LastWeek", "publish_wall"]
