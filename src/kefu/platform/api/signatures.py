"""Makes ninja see the real types of decorated views, and refuses routes that do not say who may call them.

ninja evaluates postponed annotations in the globals of the outermost decorator, where the view's schemas are
unknown; a body would silently become a query parameter.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from ninja import Router
from ninja.operation import Operation
from ninja.signature import ViewSignature


def resolve(router: Router) -> None:
    """Evaluate the annotations of every operation of ``router`` and its children where the view was written."""
    for operation in operations(router):
        view: Any = operation.view_func
        if "__signature__" not in vars(view):
            view.__signature__ = inspect.signature(view, eval_str=True)
            operation.signature = ViewSignature(operation.path, view)
            operation.models = operation.signature.models


def require_rules(router: Router) -> None:
    """Raise ``ImproperlyConfigured`` for an operation without ``requires``, ``signed_in`` or ``public``."""
    for operation in operations(router):
        if getattr(operation.view_func, "access_rule", None) is None:
            view = operation.view_func
            raise ImproperlyConfigured(
                f"API route {view.__module__}.{view.__name__} does not say who may call it: "
                "put kefu.platform.access.guard.requires, signed_in or public below the route decorator"
            )


def operations(router: Router) -> Iterator[Operation]:
    """Every operation of ``router`` and of the routers below it."""
    for path_view in router.path_operations.values():
        yield from path_view.operations
    for entry in router._routers:
        yield from operations(next(part for part in entry if isinstance(part, Router)))
