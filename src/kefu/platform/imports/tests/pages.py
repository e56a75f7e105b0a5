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


def declared(user: Any) -> dict[str, Any]:
    KINDS.register(SAMPLE)
    return {"kind": SAMPLE.code}


def declared_list(user: Any) -> None:
    uploaded(user)


def uploaded(user: Any) -> dict[str, Any]:
    KINDS.register(SAMPLE)
    upload = services.upload_file(
        actor=user.as_actor(), kind=SAMPLE.code, stream=io.BytesIO(CONTENT.encode()), name="名单.csv"
    )
    return {"uid": upload.uid}


def checked(user: Any) -> dict[str, Any]:
    found = uploaded(user)
    services.check_upload(
        actor=user.as_actor(), uid=found["uid"], mapping={"number": 0, "name": 1, "joined_on": 2}, save_as="人事系统"
    )
    drain()
    return found


PAGES.register(PageCase("imports.imports", "imports:imports", prepare=declared_list))
PAGES.register(PageCase("imports.start", "imports:start", prepare=declared))
PAGES.register(PageCase("imports.upload", "imports:upload", prepare=uploaded))
PAGES.register(PageCase("imports.checked", "imports:upload", prepare=checked))
