"""Reading delivered files: what cannot be a log is refused whole, what is cut is kept as far as it goes."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from kefu.areas.calls.adapters.files import log_lines, open_file
from kefu.areas.calls.engine.asterisk import instant  # noqa: F401 (registers its format)
from kefu.areas.calls.engine.formats import FORMATS, Refused
from kefu.kernel.errors import KefuError

LINES = [f"{1795216100 + n}|NONE|q|a|PAUSE|午餐".encode() for n in range(400)]
LOG = b"\n".join(LINES) + b"\n"


def read(path: Path) -> list[bytes | Refused]:
    with open_file(path) as stream:
        return list(log_lines(stream, path.name, FORMATS.get("asterisk-queue-log"), {}))


@pytest.mark.parametrize(
    "content",
    [
        LOG,
        LOG[:-1],
        b"\xef\xbb\xbf" + LOG,
        LOG.decode().encode("utf-16"),
        gzip.compress(LOG),
        gzip.compress(LOG[:4000]) + gzip.compress(LOG[4000:]),
    ],
    ids=["plain", "no last line end", "utf-8 mark", "utf-16", "gzip", "gzip in two members"],
)
def test_a_log_is_read_however_it_is_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "queue_log"
    path.write_bytes(content)
    assert read(path) == LINES


def test_a_cut_gzip_is_read_up_to_the_cut(tmp_path: Path) -> None:
    path = tmp_path / "queue_log.gz"
    packed = gzip.compress(LOG)
    path.write_bytes(packed[: len(packed) // 2])
    *lines, refused = read(path)
    assert isinstance(refused, Refused) or isinstance(lines[-1], Refused)
    whole = [line for line in [*lines, refused] if isinstance(line, bytes)]
    assert whole[:-1] == LINES[: len(whole) - 1]


def test_a_line_without_end_is_refused_and_the_rest_read(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    path.write_bytes(LINES[0] + b"\n" + b"x" * 3_000_000 + b"\n" + LINES[1] + b"\n")
    first, refused, last = read(path)
    assert (first, last) == (LINES[0], LINES[1])
    assert isinstance(refused, Refused)
    assert refused.code == "too_long"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\x7fELF" + b"\0" * 100, "binary_file"),
        (b"PK\x03\x04 and so on", "binary_file"),
        (b"\0\1\2\3" * 1000, "binary_file"),
        (b"a,b\n1,2\n", "wrong_format"),
    ],
)
def test_what_cannot_be_a_log_is_refused_whole(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(KefuError) as error:
        read(path)
    assert error.value.code == code


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    for path, code in ((tmp_path, "directory"), (tmp_path / "no", "not_found")):
        with pytest.raises(KefuError) as error:
            open_file(path)
        assert error.value.code == code
