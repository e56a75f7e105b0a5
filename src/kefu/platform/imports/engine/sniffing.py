"""What a file is and how its text is encoded, or a message that says what to do about it."""

from __future__ import annotations

import codecs
import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from kefu.kernel.errors import InvalidInput

MAX_UNPACKED = 1024**3
CHUNK = 1024 * 1024
ENCODINGS = (("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"))


def refuse(message: str, code: str) -> InvalidInput:
    """A refusal of the file."""
    return InvalidInput(message, field="file", code=code)


def check_head(head: bytes) -> str:
    """``xlsx`` or ``csv`` from the first bytes; raises ``InvalidInput`` for anything else."""
    if not head:
        raise refuse(_("文件是空的，请重新选择。"), "file_empty")
    if head.startswith(b"PK"):
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse(_("这是旧版 Excel 文件（xls）。请在 Excel 中另存为 xlsx 后再上传。"), "file_xls")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse(_("文件是 UTF-16 编码（“Unicode 文本”）。请另存为“CSV UTF-8”或 xlsx 后再上传。"), "encoding_utf16")
    if b"\x00" in head:
        raise refuse(_("这不是表格文件：里面有二进制内容。请上传 xlsx 或 CSV。"), "file_binary")
    return "csv"


def check_archive(path: Path) -> None:
    """Raise ``InvalidInput`` when the file is no whole workbook or would unpack to an absurd size."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names:
                raise refuse(_("这个文件不是 Excel 工作簿。请上传 xlsx 或 CSV。"), "file_not_xlsx")
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise refuse(_("工作簿展开后超过 1 GB。请拆分成几个文件后再上传。"), "file_too_large")
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                raise refuse(_("工作簿有密码保护。请取消密码后再上传。"), "file_encrypted")
    except zipfile.BadZipFile:
        raise refuse(
            _("工作簿不完整或已损坏，可能没有传完。请在 Excel 中打开确认，另存后再上传。"), "file_truncated"
        ) from None


def detect_encoding(path: Path) -> str:
    """The encoding in which the whole text file is valid: UTF-8 (with or without mark) or GB18030.

    Raises ``InvalidInput`` with row and byte of the first place that fits neither.
    """
    farthest = (-1, 0)
    for codec, _label in ENCODINGS:
        fault = _first_fault(path, codec)
        if fault is None:
            return codec
        farthest = max(farthest, fault)
    offset, row = farthest
    raise refuse(
        _("第 %(row)d 行（第 %(byte)d 字节）既不是 UTF-8 也不是 GB18030 编码。请把文件另存为“CSV UTF-8”后再上传。")
        % {"row": row, "byte": offset + 1},
        "encoding_unknown",
    )


def _first_fault(path: Path, codec: str) -> tuple[int, int] | None:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    base, row = 0, 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            pending = decoder.getstate()[0]
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                text = pending + chunk
                start = min(error.start, len(text))
                return base - len(pending) + start, row + text[len(pending) : start].count(b"\n")
            if not chunk:
                return None
            base += len(chunk)
            row += chunk.count(b"\n")
