"""Migrating an empty database without drawing every model anew at each step.

Django keeps the historical models consistent by rendering a model, and all that relate to it, again whenever one is
added or gets an index. For a first migration through dozens of models this is most of the time. A new model needs only
itself to be rendered (its relations register themselves with the models they point to), and an index or constraint is
handed to the schema editor directly, so that no model has to know it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState


@contextmanager
def lean_states() -> Iterator[None]:
    """For the time of a block, in this process, render no model again for what is added beside it."""
    state: Any = ProjectState
    add_model, append_option = state.add_model, state._append_option

    def add_only(self: ProjectState, model_state: ModelState) -> None:
        rendered = _aside(self, lambda: add_model(self, model_state))
        if rendered is not None:
            rendered.render_multiple([model_state])

    def append_only(self: ProjectState, *args: Any) -> None:
        _aside(self, lambda: append_option(self, *args))

    state.add_model, state._append_option = add_only, append_only
    try:
        yield
    finally:
        state.add_model, state._append_option = add_model, append_option


def _aside(state: ProjectState, change: Callable[[], None]) -> Any:
    """Change the state as if its models had not been rendered yet; returns the rendered ones."""
    rendered = state.__dict__.pop("apps", None)
    try:
        change()
    finally:
        if rendered is not None:
            state.__dict__["apps"] = rendered
    return rendered
