"""The root of the ``kefu`` command: finds commands late, and turns every failure into one clear line."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from kefu.kernel.errors import KefuError
from kefu.site import environment, home
from kefu.site.cli import console, failures

OWN = {
    "demo": "kefu.site.cli.demo:demo",
    "serve": "kefu.site.cli.serve:serve",
    "worker": "kefu.site.cli.worker:worker",
    "migrate": "kefu.site.cli.migrate:migrate",
    "setup-link": "kefu.site.cli.setup_link:setup_link",
    "doctor": "kefu.site.cli.doctor:doctor",
    "backup": "kefu.site.cli.backup:backup",
    "restore": "kefu.site.cli.backup:restore",
    "manage": "kefu.site.cli.manage:manage",
}
"""The commands of the composition root, imported only when they are called."""


class Root(click.Group):
    """A group whose commands are loaded by name; Django starts only for commands that apps contribute."""

    _contributed: dict[str, click.Command] | None = None

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Our own commands in their order, then those of the apps."""
        return [*OWN, *sorted(name for name in self._apps_commands() if name not in OWN)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or ``None``."""
        if cmd_name in OWN:
            module, _, name = OWN[cmd_name].partition(":")
            found: click.Command = getattr(importlib.import_module(module), name)
            return found
        return self._apps_commands().get(cmd_name)

    def _apps_commands(self) -> dict[str, click.Command]:
        if self._contributed is None:
            from kefu.site.cli import contributed

            _prepare()

            self._contributed = contributed.commands()
        return self._contributed

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an interrupt becomes a sentence before click makes a bare "Aborted!" of it."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise click.ClickException(str(failures.explain(interrupt))) from None

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command: exit code 0 when done, 2 for wrong usage, 1 for everything that failed."""
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kefu.site.settings")
        try:
            return super().main(args, prog_name, complete_var, standalone_mode, **extra)
        except (Exception, KeyboardInterrupt) as error:
            if not standalone_mode:
                raise
            if environment.flag("KEFU_DEBUG") and not isinstance(error, KeyboardInterrupt):
                raise
            text = failures.explain(error)
            if text is None:
                raise
            console.error(text)
            sys.exit(1)


def _prepare() -> None:
    """Make the data folder before settings read the key in it; where that fails, the command itself will say so."""
    if not os.environ.get("KEFU_SECRET_KEY"):
        with contextlib.suppress(KefuError):
            home.prepare(environment.home())


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="kefu", message="%(prog)s %(version)s")
def main() -> None:
    """Run a customer-service centre.

    DATABASE_URL names a PostgreSQL ≥ 15; without it an embedded one is used. KEFU_HOME names the data folder.

    \b
    Examples:
      kefu demo                 a demonstration centre, with everything in one terminal
      kefu doctor               what is wrong here, and what to do about it
    """
