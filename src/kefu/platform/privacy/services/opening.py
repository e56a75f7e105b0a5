"""The plain value for the product's own use: handing it to the system that needs it, never to a person."""

from __future__ import annotations

from collections.abc import Iterable

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


def open_values(tokens: Iterable[bytes | memoryview | None]) -> dict[bytes, str]:
    """Token → value of many at once, in one statement; unknown and erased ones are left out.

    For documents that are made of them (a form, a list handed out with a reason). The caller has authorised and
    writes into the audit who got them and why.
    """
    wanted = {bytes(token) for token in tokens if token is not None}
    rows = VaultValue.objects.filter(token__in=wanted, sealed__isnull=False) if wanted else ()
    return {
        bytes(row.token): keys.decrypt(bytes(row.sealed), row.kind.encode() + bytes(row.token), row.key_id).decode()
        for row in rows
        if row.sealed is not None and row.key_id is not None
    }
