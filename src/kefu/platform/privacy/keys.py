"""Keys of the vault, all derived from the data key in the environment.

``DATA_KEY`` (``KEFU_DATA_KEY``, or else the installation's secret key) encrypts; values that were encrypted under
one of ``DATA_KEYS_PREVIOUS`` can still be read until ``kefu privacy rotate`` has encrypted them anew. The key of
the tokens must never change, or nothing would be found again: it is derived once from the first data key and from
then on kept in the database, encrypted under the data key.
"""

from __future__ import annotations

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE = 12
_TOKEN_KEY_LABEL = b"kefu token key"


class KeyMissing(RuntimeError):
    """A value was encrypted under a key that is not in the environment."""


def _derive(master: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=b"kefu.privacy.v1", info=purpose).derive(master.encode())


@lru_cache(maxsize=16)
def _ring(current: str, previous: tuple[str, ...]) -> dict[int, AESGCM]:
    """Key id → cipher, the current one first. The id is 31 bits of a fingerprint of the key."""
    return {_key_id(master): AESGCM(_derive(master, b"values")) for master in (current, *previous)}


@lru_cache(maxsize=16)
def _key_id(master: str) -> int:
    return int.from_bytes(_derive(master, b"key id")[:4], "big") & 0x7FFFFFFF


def ring() -> dict[int, AESGCM]:
    """All usable keys by id."""
    return _ring(settings.DATA_KEY, tuple(settings.DATA_KEYS_PREVIOUS))


def current_key_id() -> int:
    """The id of the key that encrypts."""
    return _key_id(settings.DATA_KEY)


def encrypt(plain: bytes, associated: bytes) -> bytes:
    """Nonce and ciphertext under the current key, bound to ``associated``."""
    return encrypt_with(ring()[current_key_id()], plain, associated)


def encrypt_with(cipher: AESGCM, plain: bytes, associated: bytes) -> bytes:
    """``encrypt`` with a cipher at hand, for many values."""
    nonce = os.urandom(NONCE)
    return nonce + cipher.encrypt(nonce, plain, associated)


def decrypt(sealed: bytes, associated: bytes, key_id: int) -> bytes:
    """The plain value; raises ``KeyMissing`` when the key is not at hand or is not the right one."""
    cipher = ring().get(key_id)
    if cipher is None:
        raise KeyMissing(f"The data key {key_id:08x} is missing: put it into KEFU_DATA_KEY_PREVIOUS")
    try:
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], associated)
    except InvalidTag as error:
        raise KeyMissing("A stored value was changed or belongs to another data key") from error


def first_token_key() -> bytes:
    """The token key of an installation that has none yet."""
    return _derive(settings.DATA_KEY, b"tokens")


def wrap_token_key(key: bytes) -> bytes:
    """The token key as it is kept in the database."""
    return encrypt(key, _TOKEN_KEY_LABEL)


def unwrap_token_key(wrapped: bytes, key_id: int) -> bytes:
    """The token key from the database."""
    return decrypt(wrapped, _TOKEN_KEY_LABEL, key_id)
