"""Writes to accounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput, NotFound
from kefu.platform.access import permissions, queries
from kefu.platform.access.choices import Density, Language, SessionEnd, Theme
from kefu.platform.access.models import ScopeNode, User
from kefu.platform.access.services.authorising import authorise, require_mastery
from kefu.platform.access.services.passwords import require_good_password
from kefu.platform.access.services.sessions import end_sessions

HASHERS = 4
"""How many passwords are hashed at once."""

_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


def create_user(
    *,
    actor: Actor,
    username: str,
    display_name: str,
    password: str | None = None,
    home_node: ScopeNode | None = None,
    language: str = "",
    must_change_password: bool = True,
) -> User:
    """A new account; without a password nobody can sign in to it until one is set.

    Raises ``InvalidInput`` for a bad or taken name or a weak password.
    """
    authorise(actor, permissions.USER_MANAGE, node_id=home_node.pk if home_node else None)
    username, display_name = _checked_names(username, display_name)
    if password is not None:
        require_good_password(password, username=username, display_name=display_name)
    with transaction.atomic():
        return _insert(
            actor,
            username=username,
            display_name=display_name,
            password=make_password(password),
            password_changed_at=clock.now() if password is not None else None,
            must_change_password=must_change_password and password is not None,
            home_node=home_node,
            language=_one_of(Language.values, language, "language"),
        )


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be opened, with the password that its holder is told once."""

    username: str
    display_name: str
    password: str
    home_node: ScopeNode | None = None


def create_users(*, actor: Actor, accounts: Sequence[NewAccount]) -> list[User]:
    """All of ``accounts``, or none; each must change its password at the first sign-in.

    Raises ``InvalidInput`` for the first bad or taken name or weak password. Passwords are hashed side by side before
    the transaction begins, so that a hundred accounts hold no lock for seconds.
    """
    for node_id in {account.home_node.pk if account.home_node else None for account in accounts}:
        authorise(actor, permissions.USER_MANAGE, node_id=node_id)
    names = [_checked_names(account.username, account.display_name) for account in accounts]
    for account, (username, display_name) in zip(accounts, names, strict=True):
        require_good_password(account.password, username=username, display_name=display_name)
    with ThreadPoolExecutor(max_workers=HASHERS) as pool:
        hashes = list(pool.map(make_password, [account.password for account in accounts]))
    now = clock.now()
    with transaction.atomic():
        return [
            _insert(
                actor,
                username=username,
                display_name=display_name,
                password=hashed,
                password_changed_at=now,
                must_change_password=True,
                home_node=account.home_node,
            )
            for account, (username, display_name), hashed in zip(accounts, names, hashes, strict=True)
        ]


def _checked_names(username: str, display_name: str) -> tuple[str, str]:
    username, display_name = username.strip(), display_name.strip()
    if not _USERNAME.fullmatch(username):
        raise InvalidInput(
            _("账号须以字母或数字开头，只能包含字母、数字和 . _ @ -，最多 64 个字符。"), field="username"
        )
    if not display_name:
        raise InvalidInput(_("请填写姓名。"), field="display_name")
    return username, display_name


def _insert(actor: Actor, *, username: str, display_name: str, **values: Any) -> User:
    try:
        with transaction.atomic():
            user = User.objects.create(username=username, display_name=display_name[:64], **values)
    except IntegrityError as error:
        raise InvalidInput(_("账号“%(name)s”已存在。") % {"name": username}, field="username") from error
    auditing.record(
        actor=actor,
        action="access.user:create",
        target=f"access.user:{user.pk}",
        after={"username": username, "home_node": user.home_node_id},
        node_id=user.home_node_id,
    )
    return user


def update_user(*, actor: Actor, user: User, display_name: str, language: str | None = None) -> User:
    """Change an account's name (and language)."""
    authorise(actor, permissions.USER_MANAGE, node_id=user.home_node_id)
    require_mastery(actor, user)
    display_name = display_name.strip()
    if not display_name:
        raise InvalidInput(_("请填写姓名。"), field="display_name")
    values: dict[str, Any] = {"display_name": display_name[:64]}
    if language is not None:
        values["language"] = _one_of(Language.values, language, "language")
    return _change(actor, user, "update", values, personal={"display_name"})


def set_home_node(*, actor: Actor, user: User, node: ScopeNode | None) -> User:
    """Move an account to another unit.

    Roles without a node of their own follow the home node, so the actor must hold what the account holds there.
    """
    authorise(actor, permissions.USER_MANAGE, node_id=user.home_node_id)
    authorise(actor, permissions.USER_MANAGE, node_id=node.pk if node else None)
    require_mastery(actor, user)
    if actor.user_id == user.pk and not queries.scope_for(actor, permissions.USER_MANAGE).everything:
        raise Denied(_("不能调整自己的所属单位，请由他人办理。"))
    with transaction.atomic():
        moved = _change(actor, user, "move", {"home_node_id": node.pk if node else None})
        require_mastery(actor, moved)
        queries.forget()
    return moved


def set_user_active(*, actor: Actor, user: User, is_active: bool) -> User:
    """Close or reopen an account; closing ends its sessions at once. Nobody closes their own."""
    authorise(actor, permissions.USER_MANAGE, node_id=user.home_node_id)
    require_mastery(actor, user)
    if actor.user_id == user.pk:
        raise Denied(_("不能停用自己的账号。"))
    with transaction.atomic():
        changed = _change(actor, user, "reopen" if is_active else "close", {"is_active": is_active})
        if not is_active:
            end_sessions(user_id=user.pk, reason=SessionEnd.DEACTIVATED)
        queries.forget()
    return changed


def set_preferences(
    *, actor: Actor, language: str | None = None, theme: str | None = None, density: str | None = None
) -> None:
    """Keep how the actor likes the pages; ``None`` leaves a preference as it is. Not audited: it affects nobody."""
    values: dict[str, Any] = {}
    if language is not None:
        values["language"] = _one_of(Language.values, language, "language")
    if theme is not None:
        values["theme"] = _one_of(Theme.values, theme, "theme")
    if density is not None:
        values["density"] = _one_of(Density.values, density, "density")
    if values and actor.user_id is not None:
        User.objects.filter(pk=actor.user_id).update(**values)


def _one_of(allowed: list[str], value: str, field: str) -> str:
    if value not in allowed:
        raise InvalidInput(_("“%(value)s”不是可选的值。") % {"value": value}, field=field)
    return value


def _change(
    actor: Actor, user: User, verb: str, values: dict[str, Any], personal: frozenset[str] | set[str] = frozenset()
) -> User:
    with transaction.atomic():
        locked = User.objects.select_for_update().filter(pk=user.pk).first()
        if locked is None:
            raise NotFound(_("没有这个账号，或者您无权查看。"))
        before = {field: getattr(locked, field) for field in values}
        if before == values:
            return locked
        for field, value in values.items():
            setattr(locked, field, value)
            setattr(user, field, value)
        locked.save(update_fields=list(values))
        auditing.record(
            actor=actor,
            action=f"access.user:{verb}",
            target=f"access.user:{user.pk}",
            before={f: auditing.digest(str(v)) if f in personal else v for f, v in before.items()},
            after={f: auditing.digest(str(v)) if f in personal else v for f, v in values.items()},
            node_id=locked.home_node_id,
        )
    return locked
