"""Reads of the vault: masks, never values."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kefu.kernel.actor import Actor
from kefu.platform.access.queries import has_permission
from kefu.platform.privacy import permissions
from kefu.platform.privacy.models import VaultValue
from kefu.platform.privacy.tokens import token_of

__all__ = ["ERASED", "known_tokens", "masked", "may_reveal", "token_of"]

ERASED = gettext_noop("已删除")


def masked(tokens: Iterable[bytes | memoryview | None]) -> dict[bytes, str]:
    """Token → masked text in one statement; erased values read "已删除", unknown tokens are left out."""
    wanted = {bytes(token) for token in tokens if token is not None}
    if not wanted:
        return {}
    rows = VaultValue.objects.filter(token__in=wanted).values_list("token", "mask", "erased_at")
    return {bytes(token): _(ERASED) if erased_at is not None else mask for token, mask, erased_at in rows}


def known_tokens(tokens: Iterable[bytes]) -> frozenset[bytes]:
    """Those of the tokens whose values are in the vault."""
    return frozenset(
        bytes(token) for token in VaultValue.objects.filter(token__in=set(tokens)).values_list("token", flat=True)
    )


def may_reveal(viewer: Actor) -> bool:
    """Whether ``viewer`` may see values in full, with a reason."""
    return has_permission(viewer, permissions.VALUE_REVEAL)
