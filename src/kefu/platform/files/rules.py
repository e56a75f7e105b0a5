"""What a file is, from its first bytes; which part of it a browser asked for."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"
TEXT = "text/plain"
UTF16 = "text/plain; charset=utf-16"
UNKNOWN = "application/octet-stream"
INLINE = ("audio/", "image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf")
HEAD_BYTES = 8192

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\x1a\x45\xdf\xa3", "audio/webm"),
    (4, b"ftyp", "audio/mp4"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


def sniff(head: bytes) -> str:
    """The content type that the first bytes of a file show; text has no NUL and no stray control bytes."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        if b"xl/" in head or (b"[Content_Types].xml" in head and b"word/" not in head):
            return XLSX
        return DOCX if b"word/" in head else ZIP
    for offset, magic, found in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return found
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] & 0x0C != 0x0C:
        return "audio/mpeg"  # the sync of an MPEG layer III frame
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return UTF16 if _is_text(head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()) else UNKNOWN
    return TEXT if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    return bool(head) and not any(byte < 32 and byte not in (9, 10, 11, 12, 13, 27) for byte in head)


def safe_name(name: str) -> str:
    """The name without folders and characters that a file system or a header would choke on, ≤ 120 characters."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    base = _UNSAFE.sub("_", base).strip(" .")
    base = "".join(c for c in base if unicodedata.category(c) not in ("Cs", "Cf", "Cc", "Co", "Cn"))
    stem, dot, extension = base.rpartition(".")
    if dot and len(extension) <= 10:
        return f"{stem[: 119 - len(extension)] or 'file'}.{extension}"
    return base[:120] or "file"


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes ``start`` to ``end``, both included."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.end - self.start + 1


class Unsatisfiable(Exception):
    """The asked part lies outside of the file."""


def parse_range(header: str, size: int) -> Span | None:
    """The single part asked for by a ``Range`` header; ``None`` for the whole (also when it cannot be read).

    Raises ``Unsatisfiable`` (416) when it lies behind the end.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None:
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        length = int(last)
        if length == 0 or size == 0:
            raise Unsatisfiable
        return Span(max(0, size - length), size - 1)
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return Span(start, end)
