"""The plain value for the product's own use: handing it to the system that needs it, never to a person."""

from __future__ import annotations

from kefu.platform.privacy import keys
from kefu.platform.privacy.models import VaultValue


def open_value(token: bytes) -> str | None:
    """The value behind ``token``, to be passed on by an adapter (a mail's recipient, a number to dial).

    ``None`` when it is unknown or erased. What is shown to a person goes through ``reveal``.
    """
    row = VaultValue.objects.filter(token=token).first()
    if row is None or row.sealed is None or row.key_id is None:
        return None
    return keys.decrypt(bytes(row.sealed), row.kind.encode() + bytes(row.token), row.key_id).decode()
