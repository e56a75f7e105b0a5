"""Given the documentation, when it is opened, then it lists the operations, from our own files."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


@pytest.mark.django_db
def test_the_document_describes_the_mounted_routes(client: Client) -> None:
    assert client.get("/api/docs").status_code == 200
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert {"/api/v1/calls/visits", "/api/v1/calendars", "/api/v1/access/me"} <= set(document["paths"])


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_lists_the_operations_under_the_policy(browser: Any, live_url: str) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{live_url}/api/docs")
    page.wait_for_selector(".opblock-tag-section, .opblock-tag")
    assert page.locator(".opblock-tag").count() >= 5
    assert said == []
    page.close()
