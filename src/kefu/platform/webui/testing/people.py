"""Accounts for browser tests: one per role, with a session that is already open."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from kefu.kernel.actor import Actor
from kefu.platform.access import services
from kefu.platform.access.models import Role, User
from kefu.platform.access.services.builtin import sync_builtin_roles

NAMES = {
    "admin": "周明远",
    "agent": "陈思雨",
    "leader": "李浩然",
    "shift_manager": "王雅琴",
    "manager": "何静怡",
    "analyst": "吴佳琪",
    "auditor": "孙宇航",
}


def user_with(role: str) -> User:
    """The account of that role, made on first use."""
    actor = Actor.system("test")
    user = User.objects.filter(username=f"test-{role}").first()
    if user is None:
        user = services.create_user(
            actor=actor, username=f"test-{role}", display_name=NAMES.get(role, role), must_change_password=False
        )
    if not Role.objects.filter(code=role).exists():
        sync_builtin_roles()
    services.assign_role(actor=actor, user=user, role=Role.objects.get(code=role))
    return user


def session_cookie(user: Any) -> dict[str, str]:
    """A cookie (for the browser or Django's client) of a session in which ``user`` is signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return {"name": settings.SESSION_COOKIE_NAME, "value": store.session_key}
