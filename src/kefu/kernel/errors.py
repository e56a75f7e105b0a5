"""Domain errors: each carries a code for machines and a message that tells a person what to do.

Messages are Chinese msgids marked with gettext by whoever raises them. The web layer renders them as pages
or form errors, the API as ``application/problem+json``; both use ``status``.
"""

from __future__ import annotations

from collections.abc import Mapping


class KefuError(Exception):
    """Base of everything that can go wrong by rule rather than by accident."""

    code = "error"
    status = 400

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        field: str = "",
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.field = field
        self.details: dict[str, object] = dict(details or {})


class InvalidInput(KefuError):
    """What was sent cannot be right; ``errors`` maps a field to its message."""

    code = "invalid"
    status = 422

    def __init__(
        self, message: str, *, errors: Mapping[str, str] | None = None, field: str = "", code: str | None = None
    ) -> None:
        super().__init__(message, field=field, code=code, details={"errors": dict(errors or {})})
        self.errors = dict(errors or ({field: message} if field else {}))


class NotSignedIn(KefuError):
    """Nobody is signed in, or the token is unknown or expired."""

    code = "not_signed_in"
    status = 401


class Denied(KefuError):
    """The actor lacks the permission, or the row lies outside its scope."""

    code = "denied"
    status = 403


class NotFound(KefuError):
    """There is no such thing, or the viewer may not know that there is."""

    code = "not_found"
    status = 404


class Conflict(KefuError):
    """Somebody else changed it first, or it exists already."""

    code = "conflict"
    status = 409


class RuleBroken(KefuError):
    """A rule of the centre forbids it in the present state."""

    code = "rule_broken"
    status = 409


class TooMany(KefuError):
    """Too many attempts; ``details['retry_after']`` is in seconds."""

    code = "too_many"
    status = 429


class Unavailable(KefuError):
    """Something outside the product does not answer at present."""

    code = "unavailable"
    status = 503
