"""The embedded PostgreSQL: a server of our own for machines that bring none.

``address`` is pure and is all that settings need. ``running`` lends the server for as long as a command lasts
(the last one out stops it); ``Owner`` runs it as the supervisor's child.
"""

from __future__ import annotations

from kefu.site.embedded.layout import Layout, address
from kefu.site.embedded.server import Owner, is_accepting, running

__all__ = ["Layout", "Owner", "address", "is_accepting", "running"]
