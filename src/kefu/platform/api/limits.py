"""How often somebody who has not signed in may knock."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from kefu.kernel.errors import TooMany
from kefu.platform.access.services import count_hit

ANONYMOUS_PER_MINUTE = 120
REFUSED_PER_MINUTE = 60


def ip_of(request: HttpRequest) -> str:
    """The caller's address."""
    actor = getattr(request, "actor", None)
    return str(getattr(actor, "ip", "") or request.META.get("REMOTE_ADDR", ""))


def count_refused(request: HttpRequest) -> None:
    """Count an attempt without a valid session or token; raises ``TooMany`` when there are too many."""
    count_hit(f"api.refused:{ip_of(request)}", limit=REFUSED_PER_MINUTE, per_seconds=60)


class AnonymousLimit(BaseThrottle):
    """Counts calls of public routes by address; people and tokens are not counted."""

    def __init__(self) -> None:
        self._wait: float | None = None

    def allow_request(self, request: HttpRequest) -> bool:
        actor = getattr(request, "actor", None)
        if actor is not None and actor.is_signed_in:
            return True
        try:
            count_hit(f"api.public:{ip_of(request)}", limit=ANONYMOUS_PER_MINUTE, per_seconds=60)
        except TooMany:
            return False
        return True

    def wait(self) -> float | None:
        """Seconds until the window is over, at most."""
        return 60
