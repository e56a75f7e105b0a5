"""Collected files carry hashed names, and everything that points to them follows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

from kefu.platform.webui.templatetags import kit


def test_names_are_plain_before_collecting() -> None:
    assert staticfiles_storage.url("webui/css/kit.css") == "/static/webui/css/kit.css"


@pytest.fixture
def collected(tmp_path: Path) -> Any:
    with override_settings(STATIC_ROOT=tmp_path):
        staticfiles_storage._setup()  # type: ignore[attr-defined]
        call_command("collectstatic", interactive=False, verbosity=0)
        staticfiles_storage._setup()  # type: ignore[attr-defined]
        yield tmp_path
    staticfiles_storage._setup()  # type: ignore[attr-defined]


def test_names_carry_a_hash_once_collected(collected: Path) -> None:
    found = re.search(r'href="/static/(webui/vendor/icons\.[0-9a-f]{12}\.svg)#phone"', kit.icon("phone"))
    assert found is not None
    assert (collected / found[1]).exists()
    sheet = staticfiles_storage.url("webui/css/kit.css")
    assert re.fullmatch(r"/static/webui/css/kit\.[0-9a-f]{12}\.css", sheet)
    assert (collected / (sheet.removeprefix("/static/") + ".gz")).exists()
