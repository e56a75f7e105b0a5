"""Pure rules: what a policy asks, what a log amounts to, and why a clock is due when it is."""

from kefu.platform.clocks.rules.explaining import Counted, explain
from kefu.platform.clocks.rules.policy import Level, Terms, check_terms
from kefu.platform.clocks.rules.replaying import ClockState, Entry, Step, replay

__all__ = ["ClockState", "Counted", "Entry", "Level", "Step", "Terms", "check_terms", "explain", "replay"]
