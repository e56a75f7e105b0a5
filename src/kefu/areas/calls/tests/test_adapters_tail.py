"""Following a log: each line once and in order, whatever happens to the file."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
from pathlib import Path

import pytest

from kefu.areas.calls.adapters import tail as module
from kefu.areas.calls.adapters.tail import Position, Tail


class Follower:
    """Follows a log as a connector does: the position is stored with the lines, and may be taken up after a crash."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state: dict[str, object] = {}
        self.lines: list[bytes] = []
        self.must_continue = True
        self.tail = Tail(path)

    def poll(self) -> list[bytes]:
        fresh: list[bytes] = []
        for chunk in self.tail.chunks():
            assert chunk.continues == bool(self.lines) or not self.must_continue
            fresh += chunk.lines
            self.lines += chunk.lines
            self.state = json.loads(json.dumps(chunk.position.state()))
        return fresh

    def restart(self) -> None:
        self.tail = Tail(self.path, Position.of(self.state))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "queue_log"


def append(path: Path, *lines: str) -> None:
    with path.open("ab") as file:
        file.write("".join(lines).encode())


def rename(log: Path, number: int = 0) -> Path:
    rotated = log.with_name(f"queue_log.{number}")
    log.rename(rotated)
    return rotated


def test_a_log_that_does_not_exist_yet_is_waited_for(log: Path) -> None:
    follower = Follower(log)
    assert follower.poll() == []
    append(log, "1|a\n")
    assert follower.poll() == [b"1|a"]


def test_a_half_written_line_waits_for_its_end(log: Path) -> None:
    follower = Follower(log)
    append(log, "1|a\n2|b", "")
    assert follower.poll() == [b"1|a"]
    append(log, "b\n")
    assert follower.poll() == [b"2|bb"]


def test_rotation_by_renaming_loses_nothing(log: Path) -> None:
    follower = Follower(log)
    append(log, "1|a\n")
    follower.poll()
    append(log, "2|b\n")
    rotated = rename(log)
    append(rotated, "3|written after the renaming\n")
    assert follower.poll() == [b"2|b", b"3|written after the renaming"]
    append(rotated, "4|still\n")
    log.touch()
    assert follower.poll() == [b"4|still"], "an empty new file does not end the old one"
    append(log, "5|new\n")
    assert follower.poll() == [b"5|new"]


def test_what_was_rotated_away_several_times_while_nobody_looked_is_read_in_order(log: Path) -> None:
    follower = Follower(log)
    append(log, "1|a\n")
    follower.poll()
    append(log, "2|b\n")
    for number, name in enumerate(("x", "y")):
        os.utime(log, (1000 + number, 1000 + number))
        rename(log, number)
        append(log, f"{3 + number}|{name}\n")
    follower.restart()

    assert follower.poll() == [b"2|b", b"3|x", b"4|y"]


def test_a_rotated_file_that_was_compressed_meanwhile_is_read_to_its_end(log: Path) -> None:
    follower = Follower(log)
    append(log, "1|a\n")
    follower.poll()
    append(log, "2|b\n")
    log.with_name("queue_log.1.gz").write_bytes(gzip.compress(log.read_bytes()))
    log.unlink()
    append(log, "3|c\n")
    follower.restart()

    assert follower.poll() == [b"2|b", b"3|c"]


def test_copy_and_truncate_reads_the_rest_from_the_copy(log: Path) -> None:
    follower = Follower(log)
    append(log, "1|a\n")
    follower.poll()
    append(log, "2|b\n")
    shutil.copy(log, log.with_name("queue_log.1"))
    os.truncate(log, 0)
    append(log, "3|c\n")

    assert follower.poll() == [b"2|b", b"3|c"]
    append(log, "4|d\n")
    assert follower.poll() == [b"4|d"]


def test_a_truncated_log_is_read_from_its_beginning(log: Path) -> None:
    follower = Follower(log)
    follower.must_continue = False
    append(log, "1|a\n2|b\n")
    follower.poll()
    os.truncate(log, 0)
    assert follower.poll() == []
    append(log, "3|c\n")
    assert follower.poll() == [b"3|c"]


def test_a_log_rewritten_longer_than_before_is_recognised_by_its_first_line(log: Path) -> None:
    follower = Follower(log)
    append(log, "1|a\n")
    follower.poll()
    log.write_bytes(b"5|x\n6|y\n7|z\n")
    (chunk,) = follower.tail.chunks()

    assert (chunk.lines, chunk.continues) == ([b"5|x", b"6|y", b"7|z"], False)


def test_a_line_without_end_is_not_held_for_ever(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_LINE", 100)
    follower = Follower(log)
    append(log, "x" * 500)

    assert follower.poll() == [b"x" * 500]


@pytest.mark.parametrize("seed", range(12))
def test_random_life_of_a_log(log: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Appending by halves, polling, crashing and rotating in any order: each line exactly once, in order."""
    monkeypatch.setattr(module, "CHUNK_BYTES", 64)
    chance = random.Random(seed)
    follower, rotations, clock = Follower(log), 0, 1000
    written: list[bytes] = []
    written.append(b"999|begin")
    append(log, "999|begin\n")
    follower.poll()
    for number in range(300):
        match chance.choice(["write", "write", "write", "half", "poll", "poll", "crash", "rotate"]):
            case "write":
                written.append(f"{1000 + number // 9}|line {number}".encode())
                append(log, written[-1].decode() + "\n")
            case "half":
                written.append(f"{1000 + number // 9}|line {number}".encode())
                append(log, written[-1].decode()[:7])
                follower.poll()
                append(log, written[-1].decode()[7:] + "\n")
            case "poll":
                follower.poll()
            case "crash":
                follower.restart()
            case "rotate" if log.exists() and log.stat().st_size:
                clock += 1
                os.utime(log, (clock, clock))
                rename(log, rotations)
                rotations += 1
                log.touch()
                os.utime(log, (clock + 1, clock + 1))
    follower.poll()
    append(log, "9999|end\n")
    follower.poll()

    assert follower.lines == [*written, b"9999|end"]
