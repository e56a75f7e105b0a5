"""Writes of set-up: issue a link, claim the installation, close and open the checklist."""

from __future__ import annotations

import secrets

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied
from kefu.platform.access import services as access
from kefu.platform.access.models import Role, User
from kefu.platform.access.services import authorise
from kefu.site.setup import permissions, queries, rules
from kefu.site.setup.models import Checklist, SetupLink

_LOCK = 0x6B656675_73657475
"""Two people with two links: one of them becomes the administrator, the other is told."""


def issue_link(*, actor: Actor) -> str | None:
    """A new code that claims this installation within a day, told once; ``None`` when it has been claimed."""
    with transaction.atomic():
        if queries.is_claimed():
            return None
        code = secrets.token_urlsafe(18)
        now = clock.now()
        SetupLink.objects.filter(used_at__isnull=True, expires_at__lte=now).delete()
        link = SetupLink.objects.create(digest=rules.digest_of(code), created_at=now, expires_at=now + rules.VALID_FOR)
        auditing.record(
            actor=actor,
            action="setup.link:issue",
            target=f"setup.link:{link.pk}",
            after={"expires_at": link.expires_at.isoformat()},
        )
    return code


def require_open(code: str) -> SetupLink:
    """The link of that code; raises ``Conflict`` when the installation is claimed, ``Denied`` for a bad code."""
    if queries.is_claimed():
        raise Conflict(_("这套系统已有账号，首次设置链接不再有效。请直接登录。"), code="claimed")
    link = SetupLink.objects.filter(digest=rules.digest_of(code)).first()
    if link is None or not rules.is_open(used_at=link.used_at, expires_at=link.expires_at, now=clock.now()):
        raise Denied(_("链接不正确或已过期。请在服务器上运行 kefu setup-link，使用新打印的链接。"), code="bad_link")
    return link


def claim(*, code: str, username: str, display_name: str, password: str, ip: str = "") -> User:
    """Create the first administrator with a link's code; the checklist opens.

    Raises ``Denied`` for a wrong, used or expired code, ``Conflict`` when somebody was first, ``InvalidInput`` for a
    bad name or a weak password: the link stays good then.
    """
    actor = Actor.system("setup.claim")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        link = require_open(code)
        user = access.create_user(
            actor=actor, username=username, display_name=display_name, password=password, must_change_password=False
        )
        access.assign_role(actor=actor, user=user, role=Role.objects.get(code="admin"))
        now = clock.now()
        link.used_at = now
        link.save(update_fields=["used_at"])
        Checklist.objects.update_or_create(one=True, defaults={"opened_at": now, "closed_at": None})
        auditing.record(
            actor=actor,
            action="setup.installation:claim",
            target=f"setup.link:{link.pk}",
            after={"user": user.pk, "ip": auditing.digest(ip)},
        )
    queries.forget()
    return user


def close_checklist(*, actor: Actor) -> None:
    """Take the checklist out of the menu: it is complete, or somebody wants to go on without it."""
    authorise(actor, permissions.USE)
    with transaction.atomic():
        closed = Checklist.objects.filter(closed_at__isnull=True).update(closed_at=clock.now())
        if closed:
            auditing.record(actor=actor, action="setup.checklist:close", target="setup.checklist:1")
    queries.forget()


def open_checklist(*, actor: Actor) -> None:
    """Put the checklist back into the menu."""
    authorise(actor, permissions.USE)
    with transaction.atomic():
        Checklist.objects.update_or_create(one=True, defaults={"opened_at": clock.now(), "closed_at": None})
        auditing.record(actor=actor, action="setup.checklist:open", target="setup.checklist:1")
    queries.forget()
