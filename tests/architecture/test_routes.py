"""Every page and API route says who may enter, and every page can be found."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from ninja import Schema

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "kefu"
MACHINERY = ("django.views.static", "django.contrib.staticfiles", "django.views.i18n", "ninja.")
"""Views of libraries that carry no data of ours: assets, translations for scripts, the API's own description."""


def routes(resolver: URLResolver, prefix: str = "", names: tuple[str, ...] = ()) -> Iterator[tuple[str, str, Any]]:
    """Path, qualified name and view of every pattern below ``resolver``."""
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path, (*names, entry.namespace) if entry.namespace else names)
        else:
            assert isinstance(entry, URLPattern)
            yield path, ":".join((*names, entry.name or "")), entry.callback


PAGES = list(routes(get_resolver()))
OURS = [entry for entry in PAGES if not str(getattr(entry[2], "__module__", "")).startswith(MACHINERY)]


def rule_of(view: Callable[..., Any]) -> object:
    """The access rule a view declares, looking through decorators and class-based views."""
    rule = getattr(view, "access_rule", None) or getattr(getattr(view, "view_class", None), "access_rule", None)
    while rule is None and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
        rule = getattr(view, "access_rule", None)
    return rule


@pytest.mark.parametrize(("path", "name", "view"), OURS, ids=[entry[0] or "/" for entry in OURS])
def test_page_declares_who_may_enter(path: str, name: str, view: Callable[..., Any]) -> None:
    assert rule_of(view), f"/{path} ({name}) declares neither a permission nor public"


def operations() -> Iterator[tuple[str, Any]]:
    """Every operation of every API mounted in the URL tree."""
    seen: set[int] = set()
    for _path, _name, view in PAGES:
        # ninja hands out a closure over the object that knows a path's operations
        owner = inspect.getclosurevars(view).nonlocals.get("self") if inspect.isfunction(view) else None
        for operation in getattr(owner, "operations", []):
            if id(operation) not in seen:
                seen.add(id(operation))
                yield f"{'/'.join(operation.methods)} {_path}", operation.view_func


API = list(operations())


def test_the_walk_sees_the_api() -> None:
    assert API


@pytest.mark.parametrize(("route", "view"), API, ids=[route for route, _ in API])
def test_api_route_declares_who_may_enter(route: str, view: Callable[..., Any]) -> None:
    assert rule_of(view), f"{route} declares neither a permission nor public"


@cache
def links() -> str:
    """All templates and Python sources that may link to a page, without URL tables and tests."""
    texts = []
    for path in SOURCE.rglob("*"):
        if path.suffix not in {".html", ".py", ".js"} or path.name == "urls.py":
            continue
        if {"tests", "migrations"} & set(path.parts):
            continue
        texts.append(path.read_text(encoding="utf-8"))
    return "\n".join(texts)


SCREENS = [(path, name) for path, name, _view in OURS if name and "<" not in path and "(?P" not in path]


@pytest.mark.parametrize(("path", "name"), SCREENS, ids=[path or "/" for path, _ in SCREENS])
def test_page_can_be_reached(path: str, name: str) -> None:
    assert re.search(rf"""["']{re.escape(name)}["']""", links()), f"/{path}: nothing links to {name!r}"


def test_no_two_schemas_of_the_api_share_a_name() -> None:
    """In OpenAPI a later schema silently takes the place of an earlier one of the same name."""
    known: dict[str, set[str]] = {}
    waiting = [Schema]
    while waiting:
        for child in waiting.pop().__subclasses__():
            waiting.append(child)
            if child.__module__.startswith("kefu.") and "[" not in child.__name__ and ".tests." not in child.__module__:
                known.setdefault(child.__name__, set()).add(child.__module__)
    assert {name: sorted(modules) for name, modules in known.items() if len(modules) > 1} == {}
