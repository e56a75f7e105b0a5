"""The backend named in sessions: it only finds the account again. Passwords are checked by ``services.sign_in``."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend

from kefu.platform.access.models import User


class SessionBackend(BaseBackend):
    """Finds the account of a session; it authenticates nobody, so that no way leads around the lock-out."""

    def get_user(self, user_id: int) -> User | None:
        """The account, when it is in use."""
        return User.objects.filter(pk=user_id, is_active=True).first()
