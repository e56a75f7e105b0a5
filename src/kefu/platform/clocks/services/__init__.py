"""Writes: start and steer clocks, let them act, set the limits. Rooms authorise before they call."""

from kefu.platform.clocks.services.calendars import follow_calendars
from kefu.platform.clocks.services.policies import change_policy, policy_in_force, withdraw_policy
from kefu.platform.clocks.services.steering import (
    cancel,
    change_owner,
    pause,
    rename,
    resume,
    retarget,
    start,
    stop,
)
from kefu.platform.clocks.services.ticking import act, tick

__all__ = [
    "act",
    "cancel",
    "change_owner",
    "change_policy",
    "follow_calendars",
    "pause",
    "policy_in_force",
    "rename",
    "resume",
    "retarget",
    "start",
    "stop",
    "tick",
    "withdraw_policy",
]
