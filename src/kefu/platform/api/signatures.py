"""Makes ninja see the real types of decorated views.

ninja evaluates postponed annotations in the globals of the outermost decorator, where the view's schemas are
unknown; a body would silently become a query parameter.
"""

from __future__ import annotations

import inspect
from typing import Any

from ninja import Router
from ninja.signature import ViewSignature


def resolve(router: Router) -> None:
    """Evaluate the annotations of every operation of ``router`` and its children where the view was written."""
    for path_view in router.path_operations.values():
        for operation in path_view.operations:
            view: Any = operation.view_func
            if "__signature__" in vars(view):
                continue
            view.__signature__ = inspect.signature(view, eval_str=True)
            operation.signature = ViewSignature(operation.path, view)
            operation.models = operation.signature.models
    for entry in router._routers:
        child = next(part for part in entry if isinstance(part, Router))
        resolve(child)
