"""Shapes that every route shares."""

from __future__ import annotations

from typing import Generic, TypeVar

from ninja import Schema
from pydantic import Field

T = TypeVar("T")


class Problem(Schema):
    """An error after RFC 9457 (``application/problem+json``)."""

    type: str = Field(description="urn:kefu:problem:<code>")
    title: str
    status: int
    detail: str = Field(description="What happened and what to do, in the language asked for")
    code: str = Field(description="Stable, for programs")
    field: str = ""
    errors: dict[str, str] = Field(default_factory=dict, description="Field → message")
    trace: str = Field("", description="Tell this number to the administrator; the log has it too")


class KeysetPage(Schema, Generic[T]):
    """One page of a list; ``next`` is the cursor of the following page, ``null`` on the last."""

    items: list[T]
    next: str | None = None


class PageQuery(Schema):
    """How to ask for a page."""

    limit: int = Field(50, ge=1, le=200, description="Rows per page")
    cursor: str = Field("", max_length=2000, description="The `next` of the page before")
