"""Reading a delivered log file: plain or gzip, in constant memory; refusing what cannot be one, with the reason."""

from __future__ import annotations

import codecs
import stat
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kefu.areas.calls.engine.formats import LONGEST_LINE, Format, LineFault, Refused
from kefu.kernel.errors import InvalidInput, NotFound

BLOCK = 1 << 20
TRIED = 1_000
"""Lines among which at least one must be readable."""
GZIP = b"\x1f\x8b"
KNOWN_BINARY = {
    b"PK\x03\x04": "zip/xlsx",
    b"\x7fELF": "ELF",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"SQLite format 3": "SQLite",
}


def open_file(path: Path) -> BinaryIO:
    """The file, opened; raises a domain error for what is no readable regular file."""
    try:
        info = path.stat()
    except FileNotFoundError:
        raise NotFound(_("没有文件“%(path)s”。") % {"path": path}) from None
    except OSError as error:
        raise InvalidInput(_("无法读取“%(path)s”：%(why)s") % {"path": path, "why": error.strerror}) from error
    if stat.S_ISDIR(info.st_mode):
        raise InvalidInput(_("“%(path)s”是目录，请指定其中的文件。") % {"path": path}, code="directory")
    if not stat.S_ISREG(info.st_mode):
        raise InvalidInput(_("“%(path)s”不是普通文件。") % {"path": path}, code="not_a_file")
    if info.st_size == 0:
        raise InvalidInput(_("“%(path)s”是空文件。") % {"path": path}, code="empty_file")
    try:
        return path.open("rb")
    except OSError as error:
        raise InvalidInput(_("无法读取“%(path)s”：%(why)s") % {"path": path, "why": error.strerror}) from error


def log_lines(stream: BinaryIO, name: str, format_: Format, options: Any) -> Iterator[bytes | Refused]:
    """The lines of a log in the order of the file.

    Raises ``InvalidInput`` before the first line for a binary file, and when none of the first lines can be read in
    this format. A torn end (a cut gzip) comes as a last refused line, so that what stands before it is kept.
    """
    lines = _lines(stream, name)
    tried = list(islice(lines, TRIED))
    if not _any_readable(tried, format_, options):
        shown = next((line for line in tried if isinstance(line, bytes) and line.strip()), b"")[:80]
        raise InvalidInput(
            _("“%(name)s”的前 %(n)d 行都不是 %(format)s 格式，例如：%(line)s")
            % {"name": name, "n": len(tried), "format": format_.code, "line": ascii(shown.decode(errors="replace"))},
            code="wrong_format",
        )
    return chain(tried, lines)


def _any_readable(lines: Iterable[bytes | Refused], format_: Format, options: Any) -> bool:
    for line in lines:
        if isinstance(line, Refused) or not line.strip():
            continue
        try:
            format_.instant(line.rstrip(b"\r\n"), options)
        except LineFault:
            continue
        return True
    return False


def _lines(stream: BinaryIO, name: str) -> Iterator[bytes | Refused]:
    head = stream.read(4096)
    stream.seek(0)
    for mark, kind in KNOWN_BINARY.items():
        if head.startswith(mark):
            raise _binary(name, kind)
    return _split(_decoded(_unpacked(stream) if head.startswith(GZIP) else _blocks(stream), name))


def _blocks(stream: BinaryIO) -> Iterator[bytes | Refused]:
    while block := stream.read(BLOCK):
        yield block


def _unpacked(stream: BinaryIO) -> Iterator[bytes | Refused]:
    """The content of a gzip file of one or more members; what stands before a cut is kept."""
    while True:
        member = zlib.decompressobj(wbits=31)
        waiting = b""
        while not member.eof:
            packed = waiting or stream.read(BLOCK)
            waiting = b""
            if not packed:
                yield Refused("", "file_cut", gettext_noop("压缩文件不完整，其后的内容无法读取"))
                return
            try:
                yield member.decompress(packed, BLOCK)
                waiting = member.unconsumed_tail
            except zlib.error:
                yield Refused("", "file_cut", gettext_noop("压缩文件不完整，其后的内容无法读取"))
                return
        waiting = member.unused_data.lstrip(b"\0")
        if not waiting and not (waiting := stream.read(BLOCK)):
            return
        stream = _Again(waiting, stream)  # type: ignore[assignment]


class _Again:
    """A stream to which what was read too far is given back."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self.first = first
        self.rest = rest

    def read(self, size: int) -> bytes:
        first, self.first = self.first, b""
        return first or self.rest.read(size)


def _decoded(blocks: Iterator[bytes | Refused], name: str) -> Iterator[bytes | Refused]:
    decode: codecs.IncrementalDecoder | None = None
    first = True
    for block in blocks:
        if isinstance(block, Refused):
            yield block
            continue
        if first and block:
            first = False
            if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                decode = codecs.getincrementaldecoder("utf-16")("replace")
            elif block.startswith(codecs.BOM_UTF8):
                block = block[3:]
            elif block[:4096].count(b"\0") > 8:
                raise _binary(name, "?")
        yield decode.decode(block).encode() if decode else block


def _split(blocks: Iterator[bytes | Refused]) -> Iterator[bytes | Refused]:
    rest = b""
    skipping = False
    for block in blocks:
        if isinstance(block, Refused):
            yield block
            continue
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            if skipping:
                skipping = False
                continue
            yield line
        if len(rest) > LONGEST_LINE:
            if not skipping:
                yield Refused(rest[:200].decode(errors="replace"), "too_long", gettext_noop("行过长"))
            skipping, rest = True, b""
    if rest and not skipping:
        yield rest


def _binary(name: str, kind: str) -> InvalidInput:
    return InvalidInput(
        _("“%(name)s”是二进制文件（%(kind)s），不是日志文本。") % {"name": name, "kind": kind}, code="binary_file"
    )
