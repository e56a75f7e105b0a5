"""Every column that looks personal is declared: what it holds, why, for how long and how it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from kefu.platform.params.registry import PARAMS
from kefu.platform.privacy.registry import EXEMPT_FIELDS, PERSONAL_FIELDS

FREE = (models.TextField, models.JSONField, models.BinaryField, models.GenericIPAddressField, models.EmailField)
NAMED = re.compile(
    r"(^|_)(name|title|label|note|reason|comment|ip|agent|phone|mobile|mail|email|address|id_number|username|text|body|token"
    r"|reference|initials|subject|message|value|origin|error|session|wechat|account|birthday|photo)(_|$)"
)
LONG = 120
"""A text of that length can hold a sentence about somebody."""

OURS = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("kefu.")]


def looks_personal(field: models.Field[object, object]) -> bool:
    """By type, by name or by length; a choice of ours never does."""
    if field.choices:
        return False
    if isinstance(field, FREE):
        return True
    return isinstance(field, models.CharField) and (bool(NAMED.search(field.name)) or (field.max_length or 0) >= LONG)


def personal_looking() -> Iterator[str]:
    """``app.Model.field`` of every column that looks personal."""
    for model in OURS:
        for field in model._meta.concrete_fields:
            if looks_personal(field):
                yield f"{model._meta.label}.{field.name}"


@pytest.mark.parametrize("code", sorted(personal_looking()))
def test_column_is_declared(code: str) -> None:
    assert (code in PERSONAL_FIELDS) != (code in EXEMPT_FIELDS), (
        f"say in the app's personal.py what {code} keeps about people (personal_field), or why it keeps nothing (not_personal)"
    )


@pytest.mark.parametrize("declared", [*PERSONAL_FIELDS, *EXEMPT_FIELDS], ids=lambda item: item.code)
def test_declared_column_exists(declared: object) -> None:
    model = apps.get_model(declared.model)  # type: ignore[attr-defined]
    assert model._meta.get_field(declared.field)  # type: ignore[attr-defined]


@pytest.mark.parametrize("declared", PERSONAL_FIELDS, ids=lambda item: item.code)
def test_declaration_says_why_and_how_long(declared: object) -> None:
    assert str(declared.purpose)  # type: ignore[attr-defined]
    assert declared.keep_param in PARAMS if declared.keep_param else str(declared.keep)  # type: ignore[attr-defined]


@pytest.mark.parametrize("declared", EXEMPT_FIELDS, ids=lambda item: item.code)
def test_exemption_says_why(declared: object) -> None:
    assert len(declared.why) > 3  # type: ignore[attr-defined]
