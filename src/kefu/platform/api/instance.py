"""The one API object, put together from the registered routers when the URLs are first needed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.urls import reverse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

import kefu
from kefu.platform.api import problems, signatures
from kefu.platform.api.auth import SessionAuth, TokenAuth
from kefu.platform.api.limits import AnonymousLimit
from kefu.platform.api.registry import MOUNTS, Mount
from kefu.platform.api.schemas import Problem

DOCUMENTED = {
    "400": "The request cannot be read",
    "401": "Not signed in, or the token is not valid",
    "403": "The permission is missing, the row is out of scope, or the CSRF token is",
    "404": "There is no such thing, or the caller may not know of it",
    "409": "Somebody else changed it first, or a rule forbids it now",
    "422": "The input cannot be right; `errors` names the fields",
    "429": "Too many requests; see `Retry-After`",
}


class KefuAPI(NinjaAPI):
    """Adds the errors, which ninja does not document, to every operation."""

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        """Where version 1 hangs; ninja's own root page is not mounted."""
        return reverse("api-description").removesuffix("openapi.json")

    def _get_urls(self) -> list[Any]:
        return [url for bound in self._get_bound_routers() for url in bound.urls_paths(bound.prefix)]

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schemas = schema["components"].setdefault("schemas", {})
        schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        content = {problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for path in schema["paths"].values():
            for operation in path.values():
                answers = operation.setdefault("responses", {})
                for status, text in DOCUMENTED.items():
                    if status not in answers and int(status) not in answers:
                        answers[status] = {"description": text, "content": content}
        return schema


def build(mounts: Iterable[Mount]) -> KefuAPI:
    """An API of these routers, with our ways to sign in and to report errors."""
    built = KefuAPI(
        title="Kefu",
        version=kefu.__version__,
        description="客服中心开放接口 · The service centre's HTTP API",
        urls_namespace="api",
        docs_url=None,
        openapi_url=None,
        auth=[TokenAuth(), SessionAuth()],
        throttle=AnonymousLimit(),
    )
    problems.install(built)
    for mount in mounts:
        signatures.resolve(mount.router)
        signatures.require_rules(mount.router)
        built.add_router(mount.prefix, mount.router, tags=[mount.tag])
    return built


@cache
def api() -> KefuAPI:
    """The product's API; every app must be ready before the first call."""
    return build(MOUNTS)
