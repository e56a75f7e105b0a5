"""The pages of the wizard."""

from __future__ import annotations

import io
from typing import Any

from kefu.platform.imports import services
from kefu.platform.imports.choices import ColumnKind
from kefu.platform.imports.registry import KINDS, Column, ImportKind
from kefu.platform.jobs.testing import drain
from kefu.platform.params.permissions import CHANGE
from kefu.platform.webui.testing.pages import PAGES, PageCase

SAMPLE = ImportKind(
    code="sample.people",
    label="人员名单",
    permission=CHANGE,
    columns=(
        Column("number", "工号", required=True, example="1001"),
        Column("name", "姓名", required=True, example="李雷", mask="name"),
        Column("joined_on", "入职日期", kind=ColumnKind.DATE, help="年-月-日", example="2026-11-20"),
    ),
    apply=lambda rows, actor, ctx: {"created": len(rows)},
    help="每人一行。",
)
CONTENT = "工号,姓名,入职日期\r\n1001,李雷,2026-11-20\r\n1002,,2026-02-30\r\n"


def some_kind() -> ImportKind:
    """A kind that a server in another process knows, too; our sample where no room has registered one."""
    return next((kind for kind in KINDS if kind.code != SAMPLE.code), None) or KINDS.register(SAMPLE)


def content_for(kind: ImportKind) -> bytes:
    """Two rows: the columns' own examples, and one that lacks everything but its first cell."""
    lines = [
        ",".join(str(column.label) for column in kind.columns),
        ",".join(column.example for column in kind.columns),
        ",".join(["2", *[""] * (len(kind.columns) - 2), "!"]),
    ]
    return "\r\n".join(lines).encode()


def declared(user: Any) -> dict[str, Any]:
    return {"kind": some_kind().code}


def declared_list(user: Any) -> None:
    uploaded(user)


def uploaded(user: Any, kind: ImportKind | None = None, content: bytes = b"") -> dict[str, Any]:
    kind = kind or some_kind()
    upload = services.upload_file(
        actor=user.as_actor(),
        kind=kind.code,
        stream=io.BytesIO(content or content_for(kind)),
        name="名单.csv",
    )
    return {"uid": upload.uid}


def checked(user: Any, kind: ImportKind | None = None, content: bytes = b"") -> dict[str, Any]:
    kind = kind or some_kind()
    found = uploaded(user, kind, content)
    services.check_upload(
        actor=user.as_actor(),
        uid=found["uid"],
        mapping={column.code: index for index, column in enumerate(kind.columns)},
        options={option.code: str(option.choices(user.as_actor())[0][0]) for option in kind.options},
        save_as="人事系统",
    )
    drain()
    return found


PAGES.register(PageCase("imports.imports", "imports:imports", prepare=declared_list))
PAGES.register(PageCase("imports.start", "imports:start", prepare=declared))
PAGES.register(PageCase("imports.upload", "imports:upload", prepare=uploaded))
PAGES.register(PageCase("imports.checked", "imports:upload", prepare=checked))
