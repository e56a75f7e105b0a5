"""What access takes and answers over HTTP."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema
from pydantic import AwareDatetime, Field

from kefu.platform.access.choices import Level, TokenState, UserState
from kefu.platform.api.paging import PageQuery


class MeOut(Schema):
    """Who calls."""

    id: int
    username: str
    display_name: str
    kind: str = Field(description="user or token")
    home_node_id: int | None
    language: str
    permissions: list[str]


class UserOut(Schema):
    """An account."""

    id: int
    username: str
    display_name: str
    state: UserState
    home_node_id: int | None
    language: str
    last_login: datetime | None
    created_at: datetime


class UserQuery(PageQuery):
    """Which accounts."""

    q: str = Field("", max_length=64, description="Part of the account or the name")
    active: bool | None = None


class UserIn(Schema):
    """A new account."""

    username: str = Field(max_length=64)
    display_name: str = Field(max_length=64)
    home_node_id: int | None = Field(None, ge=1, le=2**63 - 1)
    password: str | None = Field(None, max_length=256, description="Must be changed at the first sign-in")
    language: str = ""


class UserPatch(Schema):
    """Changes of an account; what is left out stays."""

    display_name: str | None = Field(None, max_length=64)
    language: str | None = None
    is_active: bool | None = None
    home_node_id: int | None = Field(None, ge=1, le=2**63 - 1)


class AssignmentOut(Schema):
    """A role of an account."""

    id: int
    role: str
    node_id: int | None
    starts_at: datetime
    ends_at: datetime | None


class AssignmentIn(Schema):
    """A role to be given."""

    role: str = Field(max_length=64, description="The role's code")
    node_id: int | None = Field(None, ge=1, le=2**63 - 1)
    ends_at: AwareDatetime | None = None


class RoleOut(Schema):
    """A role with its grants."""

    code: str
    name: str
    is_builtin: bool
    grants: dict[str, Level]


class TokenOut(Schema):
    """An API token, without its secret."""

    id: int
    name: str
    hint: str
    user_id: int
    permissions: list[str]
    networks: list[str] = Field(description="Opens nothing from elsewhere; empty for anywhere")
    state: TokenState
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class TokenIn(Schema):
    """A new API token."""

    name: str = Field(max_length=64)
    permissions: list[str] = Field(max_length=500)
    expires_at: AwareDatetime
    networks: list[str] = Field(default=[], max_length=50)


class TokenIssued(TokenOut):
    """A token as it was issued."""

    token: str = Field(description="Shown this once; store it safely")
