"""Built-in roles: brought up to what the rooms declare, without undoing what the centre decided."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from kefu.kernel.permissions import PERMISSIONS, ScopeLevel
from kefu.platform.access import registry
from kefu.platform.access.models import Role, RoleGrant
from kefu.platform.access.models.roles import BuiltinGrant


@transaction.atomic
def sync_builtin_roles() -> None:
    """Create missing built-in roles and put each declared default grant into them once.

    A default that was given before and has been taken away or changed since stays as the centre wants it.
    The role that holds everything follows the declared permissions.
    """
    for builtin in registry.BUILTIN_ROLES:
        role, _created = Role.objects.get_or_create(
            code=builtin.code,
            defaults={
                "name": builtin.name,
                "is_builtin": True,
                "requires_second_factor": builtin.requires_second_factor,
            },
        )
        if builtin.holds_everything:
            defaults = {permission.code: ScopeLevel.ALL for permission in PERMISSIONS}
        else:
            defaults = {c: level for c, level in registry.grants_of(builtin.code).items() if c in PERMISSIONS}
        given = set(BuiltinGrant.objects.filter(role=role).values_list("permission", flat=True))
        fresh = {code: level for code, level in defaults.items() if code not in given}
        RoleGrant.objects.bulk_create(
            [RoleGrant(role=role, permission=code, level=level.value) for code, level in fresh.items()],
            ignore_conflicts=True,
        )
        BuiltinGrant.objects.bulk_create(
            [BuiltinGrant(role=role, permission=code) for code in fresh], ignore_conflicts=True
        )


def sync_after_migrate(sender: Any, **kwargs: Any) -> None:
    """Run ``sync_builtin_roles`` when a migration has ended and the tables are there."""
    tables = connections[kwargs.get("using", DEFAULT_DB_ALIAS)].introspection.table_names()
    if BuiltinGrant._meta.db_table in tables:
        sync_builtin_roles()
