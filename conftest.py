"""Fixtures of every test: the cloned database and the closed network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation

from kefu.site.testing import network, template

pytest_plugins = ["kefu.platform.webui.testing.plugin"]


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    """One database per test process, cloned from the template instead of migrated."""
    name = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
    with django_db_blocker.unblock():
        template.clone(name)
    yield
    with django_db_blocker.unblock():
        template.drop(name)


@pytest.fixture(scope="session", autouse=True)
def closed_network() -> Iterator[None]:
    """No test talks to another machine."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        network.close(monkeypatch)
        yield


@pytest.fixture(autouse=True)
def usual_language() -> None:
    """Every test begins in the product's own language, whatever the one before it spoke."""
    translation.activate(settings.LANGUAGE_CODE)


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name long byte strings by their argument: files made on the fly differ from process to process."""
    return argname if isinstance(val, bytes) and len(val) > 32 else None
