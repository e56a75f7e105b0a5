"""Collecting what is kept about a subject, for the person who asks: one archive with one workbook."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from kefu.kernel.actor import Actor
from kefu.platform.custody.files import COPY
from kefu.platform.files import services as files
from kefu.platform.files.models import StoredFile
from kefu.platform.privacy.choices import Kind
from kefu.platform.privacy.registry import SUBJECT_KINDS, SUBJECT_PARTS, Section

ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def collect(*, actor: Actor, subject_kind: str, subject_ref: str, name: str) -> tuple[StoredFile, dict[str, int]]:
    """A file with everything the apps hand out about the subject, and how many rows of what. The caller authorised."""
    kind = SUBJECT_KINDS.get(subject_kind)
    values = [[Kind(value.kind).label, value.text] for value in kind.values(subject_ref)]
    sections = [Section(_("本人信息"), (_("种类"), _("内容")), values)]
    for part in SUBJECT_PARTS:
        if part.read is not None:
            sections += list(part.read(subject_kind, subject_ref))
    book = Workbook(write_only=True)
    counts: dict[str, int] = {}
    for number, section in enumerate(sections, start=1):
        sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", f"{number} {section.title}")[:31])
        sheet.append([str(label) for label in section.columns])
        for row in section.rows:
            sheet.append([_cell(value) for value in row])
        counts[str(section.title)] = len(section.rows)
    workbook = io.BytesIO()
    book.save(workbook)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.xlsx", workbook.getvalue())
    packed.seek(0)
    return files.store(actor=actor, stream=packed, name=f"{name}.zip", purpose=COPY), counts


def _cell(value: Any) -> Any:
    """Numbers as numbers, everything else as a text that no spreadsheet takes for a formula."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = ILLEGAL.sub("", str(value))[:32_000]
    return f"'{text}" if text[:1] in "=+-@" else text
