"""The commands that the calls room brings to ``kefu``."""

from kefu.areas.calls.cli.calls import calls
from kefu.areas.calls.cli.connect import connect
from kefu.areas.calls.cli.simulate import simulate

commands = [calls, connect, simulate]
