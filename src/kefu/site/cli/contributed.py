"""Commands that installed apps bring in their ``cli.py``."""

from __future__ import annotations

import copy
import functools
import importlib
import importlib.util
import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import click
import django
from django.apps import apps
from django.utils import translation

from kefu.platform.telemetry import processes
from kefu.site import database, environment, home
from kefu.site.backups import journal
from kefu.site.cli import console


def commands() -> dict[str, click.Command]:
    """Every contributed command by name; each finds the database running when it is called."""
    django.setup()
    translation.activate(environment.language())
    found: dict[str, click.Command] = {}
    for config in apps.get_app_configs():
        if not config.name.startswith("kefu.") or importlib.util.find_spec(f"{config.name}.cli") is None:
            continue
        module = importlib.import_module(f"{config.name}.cli")
        for command in _top_level(module):
            assert command.name
            if command.name in found:
                raise ValueError(f"two apps bring a command called {command.name!r}")
            found[command.name] = _lent(command)
    return found


def _top_level(module: ModuleType) -> Iterator[click.Command]:
    """The module's ``group`` and ``commands``; without either, its click commands that sit in no group of its own."""
    named = [getattr(module, "group", None), *getattr(module, "commands", ())]
    chosen = [command for command in named if isinstance(command, click.Command)]
    if not chosen:
        here = [value for value in vars(module).values() if isinstance(value, click.Command)]
        inside = {id(child) for group in here if isinstance(group, click.Group) for child in group.commands.values()}
        chosen = [command for command in here if id(command) not in inside]
    yield from {id(command): command for command in chosen}.values()


def _lent(command: click.Command) -> click.Command:
    """A twin of the command that finds the database at hand; the app's own command stays as it is."""
    twin = copy.copy(command)
    if isinstance(command, click.Group) and isinstance(twin, click.Group):
        twin.commands = {name: _lent(child) for name, child in command.commands.items()}
        return twin
    if command.callback is not None and getattr(command.callback, "needs_database", True):
        twin.callback = with_database(command.callback)
    return twin


def with_database(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Run ``callback`` with the database at hand: started, and migrated when it is empty."""
    if inspect.iscoroutinefunction(callback):
        raise TypeError("commands are plain functions")

    @functools.wraps(callback)
    def run(*args: Any, **kwargs: Any) -> Any:
        with lent_database():
            return callback(*args, **kwargs)

    return run


@contextmanager
def lent_database(*, migrate_empty: bool = True, restoring: bool = False) -> Iterator[None]:
    """The database for a block, with its preparation told on stderr; refused while data are half restored."""
    if not restoring:
        journal.require_none(environment.home())
    with (
        console.progress("preparing the tables") as steps,
        database.ready(notice=console.notice, steps=steps, migrate_empty=migrate_empty),
    ):
        yield


def start_django() -> None:
    """Set Django up for a command of the composition root; makes the data folder, or says why it cannot."""
    if not os.environ.get("KEFU_SECRET_KEY"):
        home.prepare(environment.home())
    processes.share(environment.home())
    if not apps.ready:
        django.setup()
    translation.activate(environment.language())
