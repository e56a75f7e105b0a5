"""Callers as subjects: known by the token of their number, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from kefu.kernel.actor import Actor
from kefu.platform.privacy import markers, queries, services
from kefu.platform.privacy.choices import Kind
from kefu.platform.privacy.models import VaultValue
from kefu.platform.privacy.registry import CALLER, SubjectKind, Value

CALLER_KINDS = (Kind.PHONE, Kind.CUSTOMER_KEY, Kind.EMAIL)
SHORTEST = 7
"""A shorter number is an extension or a service: it is not looked for in texts, where it would be found by chance."""


def find(typed: str) -> str | None:
    """The reference of the caller with that whole number, customer number or mail address."""
    tokens = [services.token_of(kind, typed) for kind in CALLER_KINDS]
    known = queries.known_tokens(tokens)
    return next((token.hex() for token in tokens if token in known), None)


def title(ref: str) -> str:
    """The mask."""
    token = bytes.fromhex(ref)
    return queries.masked([token]).get(token, "—")


def values(ref: str) -> Iterable[Value]:
    """The one value behind the token."""
    token = bytes.fromhex(ref)
    row = VaultValue.objects.filter(token=token).only("kind").first()
    text = services.open_value(token) if row else None
    if row is not None and text:
        yield Value(row.kind, text, markers.marker_of(token), is_shared=len(text) < SHORTEST)


def is_erased(ref: str) -> bool:
    """Whether its value is gone."""
    return not VaultValue.objects.filter(token=bytes.fromhex(ref), erased_at__isnull=True).exists()


def finish(ref: str, actor: Actor, reason: str) -> None:
    """Nothing but the value stands for a caller."""


CALLERS = SubjectKind(
    code=CALLER,
    label=_("来电人"),
    prompt=_("完整号码、客户号或邮箱"),
    find=find,
    title=title,
    values=values,
    tokens=lambda ref: [bytes.fromhex(ref)],
    is_erased=is_erased,
    check=lambda ref, actor: None,
    finish=finish,
)
