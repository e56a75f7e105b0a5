"""Writes of the vault: storing, revealing, erasing, rotating."""

from kefu.platform.privacy.services.erasing import erase
from kefu.platform.privacy.services.opening import open_value, open_values
from kefu.platform.privacy.services.revealing import read_ticket, reveal, ticket_for
from kefu.platform.privacy.services.rotating import remaining, rotate
from kefu.platform.privacy.services.storing import tokenise
from kefu.platform.privacy.tokens import token_of

__all__ = [
    "erase",
    "open_value",
    "open_values",
    "read_ticket",
    "remaining",
    "reveal",
    "rotate",
    "ticket_for",
    "token_of",
    "tokenise",
]
