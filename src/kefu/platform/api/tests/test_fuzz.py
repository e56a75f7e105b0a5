"""Given the OpenAPI document, when any input that it allows (or forbids) is sent, then the answer is documented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings

from kefu.kernel import clock
from kefu.kernel.permissions import PERMISSIONS
from kefu.platform.access.models import ApiToken
from kefu.platform.access.services.tokens import _digest
from kefu.platform.api.instance import api
from kefu.platform.webui.testing.people import user_with

schema = schemathesis.openapi.from_dict(dict(api().get_openapi_schema()))
schema.app = get_wsgi_application()
PLAIN = "kefu_fuzz"


@pytest.fixture
def headers(db: Any) -> Iterator[dict[str, str]]:
    """A token that may do everything; the test's connection stays open between requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    now = clock.now()
    ApiToken.objects.create(
        user=user_with("admin"),
        name="fuzz",
        digest=_digest(PLAIN),
        hint="kefu_fuzz",
        permissions=[permission.code for permission in PERMISSIONS],
        created_at=now,
        expires_at=now + timedelta(days=1),
    )
    yield {"Authorization": f"Bearer {PLAIN}", "Accept-Encoding": "identity"}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_documented(case: Any, headers: dict[str, str]) -> None:
    response = case.call(headers=headers)
    assert response.status_code < 500, response.text
    case.validate_response(
        response,
        checks=[
            schemathesis.checks.not_a_server_error,
            schemathesis.specs.openapi.checks.status_code_conformance,
            schemathesis.specs.openapi.checks.content_type_conformance,
            schemathesis.specs.openapi.checks.response_schema_conformance,
        ],
    )
