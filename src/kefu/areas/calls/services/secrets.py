"""The secret of a source: the signing key of a webhook, or the password of a manager account. Encrypted at rest."""

from __future__ import annotations

import secrets as random

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.areas.calls import permissions
from kefu.areas.calls.models import Source
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.services import authorise
from kefu.platform.privacy import sealing

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
    """The secret as it is kept: encrypted, bound to this source."""
    return sealing.seal(plain, context_of(source))


def secret_of(source: Source) -> str:
    """The source's secret; "" when it has none. Raises ``keys.KeyMissing`` when the data key is gone."""
    return sealing.unseal(source.secret, context_of(source)) if source.secret else ""


def context_of(source: Source) -> str:
    """What a source's secret is bound to."""
    return f"calls.source:{source.code}"
