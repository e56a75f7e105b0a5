"""Foreign keys between rooms point down, and every model is explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

from tests.architecture.house import PLATFORM_LINES, ROOM_LINES, line_of, place

ROOT = Path(__file__).resolve().parents[2]
OURS = sorted(
    (model for model in apps.get_models() if model.__module__.startswith("kefu.")), key=lambda m: m._meta.label
)


def height(model: type[Model]) -> tuple[int, int]:
    """How high a model lives: floor first, then its line on that floor."""
    here = place(model.__module__)
    if here.floor == "areas":
        line = line_of(here.app, ROOM_LINES)
        return 2, -1 if line is None else line
    line = line_of(here.app, PLATFORM_LINES)
    return 1, -1 if line is None else line


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_foreign_keys_point_down(model: type[Model]) -> None:
    for field in model._meta.get_fields():
        target = field.related_model if field.concrete and field.is_relation else None
        if target is None or isinstance(target, str) or not target.__module__.startswith("kefu."):
            continue
        if target._meta.app_label == model._meta.app_label:
            continue
        assert height(target) < height(model), f"{model._meta.label}.{field.name} points to {target._meta.label}"


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_model_says_what_it_is(model: type[Model]) -> None:
    doc = (model.__doc__ or "").strip()
    assert doc, f"{model._meta.label} has no docstring"
    assert not re.match(rf"{model.__name__}\(", doc), f"{model._meta.label} has no docstring of its own"
