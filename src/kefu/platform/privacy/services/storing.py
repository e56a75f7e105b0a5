"""Storing values: in bulk, idempotent, one statement per 20,000."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from django.db import connection, transaction

from kefu.platform.privacy import keys, markers, tokens
from kefu.platform.privacy.choices import Kind
from kefu.platform.privacy.masking import mask_normalised, normalise
from kefu.platform.privacy.models import TokenKey, VaultValue

_CHUNK = 20_000


def tokenise(kind: str, values: Iterable[str]) -> dict[str, bytes]:
    """Put values into the vault and return value → token, for every value that is not blank.

    A value that is there already (or was erased) is left as it is. Internal: rooms call it where personal values
    come in; it shows nothing and so asks for no right. Raises ``ValueError`` for an unknown kind.
    """
    kind = Kind(kind).value
    key = tokens.token_key()
    found: dict[str, bytes] = {}
    plain: dict[bytes, str] = {}
    for value in values:
        if value in found:
            continue
        text = normalise(kind, value)
        if not text:
            continue
        erased = _erased(kind, text)
        if erased is not None:
            found[value] = erased
            continue
        token = found[value] = tokens.compute(key, kind, text)
        plain[token] = text
    # In the order of the tokens, so that two writers with common values never wait for each other in a circle.
    ordered = sorted(plain)
    for start in range(0, len(ordered), _CHUNK):
        _insert(kind, ordered[start : start + _CHUNK], plain)
    return found


def _erased(kind: str, text: str) -> bytes | None:
    """The token of a value that was erased from the text it is read from again; only one the vault knows counts."""
    token = markers.token_in(text) if text.startswith(markers.PREFIX) else None
    if token is None or not VaultValue.objects.filter(token=token, kind=kind).exists():
        return None
    return token


def _insert(kind: str, chunk: list[bytes], plain: dict[bytes, str]) -> None:
    label = kind.encode()
    connection.ensure_connection()
    # Django's own cursor writes arrays into the text of the statement; this one sends them in binary.
    with psycopg.Cursor(connection.connection) as cursor:
        # Known values are not encrypted again: a second load of the same file costs one look-up.
        cursor.execute("SELECT token FROM privacy_vaultvalue WHERE token = ANY(%b::bytea[])", [chunk])
        known = {bytes(row[0]) for row in cursor.fetchall()}
        fresh = [token for token in chunk if token not in known]
        if not fresh:
            return
        _keep_token_key()
        cipher = keys.ring()[keys.current_key_id()]
        cursor.execute(
            """
            INSERT INTO privacy_vaultvalue (token, kind, mask, key_id, sealed)
            SELECT token, %s, mask, %s, sealed
            FROM unnest(%b::bytea[], %b::text[], %b::bytea[]) AS given(token, mask, sealed)
            ON CONFLICT (token) DO NOTHING
            """,
            [
                kind,
                keys.current_key_id(),
                fresh,
                [mask_normalised(kind, plain[token])[:255] for token in fresh],
                [keys.encrypt_with(cipher, plain[token].encode(), label + token) for token in fresh],
            ],
        )


def _keep_token_key() -> None:
    """Write the token key down with the first value, so that it outlives the data key it came from."""
    if TokenKey.objects.exists():
        return
    with transaction.atomic():
        wrapped = keys.wrap_token_key(tokens.token_key())
        TokenKey.objects.bulk_create(
            [TokenKey(id=1, key_id=keys.current_key_id(), wrapped=wrapped)], ignore_conflicts=True
        )
