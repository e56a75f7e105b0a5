"""``kefu manage break_glass``: the way back in for whoever runs the machine, kept in the audit trail."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kefu.kernel.actor import Actor
from kefu.platform.access import services
from kefu.platform.access.models import Role, User
from kefu.platform.access.services import second_factor


class Command(BaseCommand):
    """Opens what locks an administrator out: networks of a role, a lost authenticator."""

    help = "Let a role count from everywhere again (--role), or unbind an account's lost authenticator (--user)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which role, which account."""
        parser.add_argument("--role", help="code of the role whose networks are lifted, for instance admin")
        parser.add_argument("--user", help="account whose authenticator is unbound")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is asked; at least one thing."""
        actor = Actor.system("break_glass")
        if not options["role"] and not options["user"]:
            raise CommandError("Say what to open: --role admin, or --user NAME")
        if options["role"]:
            role = Role.objects.filter(code=options["role"]).first()
            if role is None:
                raise CommandError(f"There is no role {options['role']!r}")
            services.set_role_protection(
                actor=actor, role=role, requires_second_factor=role.requires_second_factor, networks=[]
            )
            self.stdout.write(f"The role {role.code} counts from every network again.")
        if options["user"]:
            user = User.objects.filter(username__iexact=options["user"]).first()
            if user is None:
                raise CommandError(f"There is no account {options['user']!r}")
            second_factor.reset(actor=actor, user=user)
            self.stdout.write(f"The authenticator of {user.username} is unbound; all sessions have ended.")
