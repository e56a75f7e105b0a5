"""Who acts: the one value that every service takes as ``actor`` and every scoped read as ``viewer``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What sort of principal stands behind an action."""

    USER = "user"
    TOKEN = "token"
    SYSTEM = "system"
    CUSTOMER = "customer"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Actor:
    """A principal together with where it acts from.

    ``user_id`` is the account that is responsible (also for a token); it is ``None`` for the system,
    customers and anonymous visitors. ``permissions`` restricts a token to a subset of its user's rights;
    ``None`` means no restriction. ``cause`` names what made the system act (``job:42``, ``event:7``). ``viewed_by``
    is the account that looks on with this one's eyes: such an actor changes nothing.
    """

    kind: ActorKind
    label: str
    user_id: int | None = None
    token_id: int | None = None
    permissions: frozenset[str] | None = None
    ip: str = ""
    session_key: str = ""
    cause: str = ""
    viewed_by: int | None = None

    @classmethod
    def system(cls, cause: str) -> Actor:
        """The product itself, acting because of ``cause``."""
        return cls(kind=ActorKind.SYSTEM, label="system", cause=cause)

    @classmethod
    def anonymous(cls, ip: str = "") -> Actor:
        """A visitor who has not signed in: holds no permission."""
        return cls(kind=ActorKind.ANONYMOUS, label="anonymous", ip=ip)

    @property
    def is_system(self) -> bool:
        """Whether the product acts by itself; the system may do everything."""
        return self.kind is ActorKind.SYSTEM

    @property
    def is_signed_in(self) -> bool:
        """Whether an account stands behind this actor."""
        return self.user_id is not None
