"""The pages that are shown in a browser by the tests. Apps register theirs in ``<app>/tests/pages.py``."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import product
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.urls import reverse

from kefu.kernel.registry import Registry

THEMES = ("light", "dark")
WIDTHS = {"wide": (1440, 900), "phone": (390, 844)}
LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class PageCase:
    """One page to look at.

    ``role`` is the code of a built-in role (``""``: not signed in). ``prepare(user)`` makes what the page shows and
    may return the arguments of ``reverse``. ``query`` is added to the address. ``act(page)`` may go on from there
    (open a dialog) before the page is checked. ``status`` is the expected answer. ``limit`` is how many elements
    the page may have.
    """

    code: str
    url_name: str
    role: str = "admin"
    prepare: Callable[[Any], Mapping[str, Any] | None] | None = None
    query: Mapping[str, str] | None = None
    act: Callable[[Any], None] | None = None
    status: int = 200
    limit: int = 1500

    def address(self, user: Any) -> str:
        """The path of the page, with what it shows in the database."""
        kwargs = self.prepare(user) if self.prepare else None
        path = self.url_name if self.url_name.startswith("/") else reverse(self.url_name, kwargs=dict(kwargs or {}))
        return f"{path}?{urlencode(self.query)}" if self.query else path


@dataclass(frozen=True, slots=True)
class Look:
    """Theme, width and language in which a page is shown."""

    theme: str
    width: str
    language: str

    @property
    def name(self) -> str:
        """For file names and test ids."""
        return f"{self.theme}-{self.width}-{self.language}"


PAGES: Registry[PageCase] = Registry("pages", lambda case: case.code)


def load_all() -> list[PageCase]:
    """Every registered page, after importing each app's ``tests.pages``."""
    for config in apps.get_app_configs():
        if config.name.startswith("kefu.") and find_spec(f"{config.name}.tests") is not None:
            name = f"{config.name}.tests.pages"
            if find_spec(name) is not None:
                import_module(name)
    return sorted(PAGES, key=lambda case: case.code)


def matrix() -> list[tuple[PageCase, Look]]:
    """What is shown in this run: each page once, or with ``KEFU_MATRIX=all`` in every theme, width and language."""
    cases = load_all()
    if os.environ.get("KEFU_MATRIX") == "all":
        return [(case, Look(*look)) for case, look in product(cases, product(THEMES, WIDTHS, LANGUAGES))]
    ways = (Look("light", "wide", "zh-hans"), Look("dark", "phone", "zh-hans"))
    return [(case, ways[i % 2]) for i, case in enumerate(cases)]
