"""The secret of a source: the signing key of a webhook, or the password of a manager account. Encrypted at rest."""

from __future__ import annotations

import secrets as random
import struct

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.areas.calls import permissions
from kefu.areas.calls.models import Source
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.services import authorise
from kefu.platform.privacy import keys

LONGEST = 200


def rotate_secret(*, actor: Actor, source: Source, value: str = "") -> str:
    """Give the source a new secret and return it, this once; ``value`` sets a password that somebody else chose.

    The old one is refused from now on.
    """
    authorise(actor, permissions.SOURCE_MANAGE)
    if len(value) > LONGEST or any(ord(letter) < 32 for letter in value):
        raise InvalidInput(_("密钥最多 200 个字符，且不能含有控制字符。"), field="value")
    with transaction.atomic():
        locked = Source.objects.select_for_update().get(pk=source.pk)
        plain = value or random.token_urlsafe(32)
        locked.secret = seal(locked, plain)
        locked.save(update_fields=["secret"])
        auditing.record(
            actor=actor,
            action="calls.source:rotate_secret",
            target=f"calls.source:{source.pk}",
            node_id=source.node_id,
        )
    source.secret = locked.secret
    return plain


def seal(source: Source, plain: str) -> bytes:
    """The secret as it is kept: the id of the data key, then the ciphertext bound to this source."""
    return struct.pack(">I", keys.current_key_id()) + keys.encrypt(plain.encode(), _label(source))


def secret_of(source: Source) -> str:
    """The source's secret; "" when it has none. Raises ``keys.KeyMissing`` when the data key is gone."""
    if not source.secret:
        return ""
    sealed = bytes(source.secret)
    (key_id,) = struct.unpack(">I", sealed[:4])
    return keys.decrypt(sealed[4:], _label(source), key_id).decode()


def _label(source: Source) -> bytes:
    return f"calls.source:{source.code}".encode()
