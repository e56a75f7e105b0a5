"""The player: any stretch of time gives the same lines, a restart goes on to the line, the pace is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from kefu.areas.calls.adapters.playing import Busy, LogFile, Pace, lines_to_play, play
from kefu.areas.calls.cli.simulate import simulate
from kefu.areas.calls.engine.simulation.player import lines_between, rest_of_log
from kefu.areas.calls.engine.simulation.sample import sample_centre

TZ = "Asia/Shanghai"
CENTRE = sample_centre()
START = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # 10:00 local


def between(hours_from: float, hours_to: float) -> list[str]:
    start, end = START + timedelta(hours=hours_from), START + timedelta(hours=hours_to)
    return [line for _at, line in lines_between(CENTRE, 7, start, end, TZ)]


def test_pieces_give_the_whole_also_across_midnight() -> None:
    whole = between(0, 16)
    assert whole == between(0, 5) + between(5, 14) + between(14, 14.1) + between(14.1, 16)
    stamps = [int(line[:10]) for line in whole]
    assert stamps == sorted(stamps)
    assert len(whole) > 9_000


@pytest.mark.parametrize("cut", [1, 777, 2001])
def test_a_log_cut_anywhere_goes_on_to_the_line(cut: int) -> None:
    whole = between(0, 2)
    rest = rest_of_log(CENTRE, 7, whole[:cut][-400:], TZ)
    assert [next(rest)[1] for _ in range(50)] == whole[cut : cut + 50]


def test_a_restart_after_a_crash_loses_and_doubles_nothing(tmp_path: Path) -> None:
    path = tmp_path / "pbx" / "queue_log"
    whole = between(-10, 2)
    with LogFile(path) as log:
        log.append(whole[:900])
    with path.open("ab") as file:
        file.write(whole[900].encode()[:17])  # the machine died within a line
    with LogFile(path) as log:
        at_once, lines = lines_to_play(CENTRE, 7, log.last_lines(), START + timedelta(hours=2), TZ)
        assert at_once == []
        play(
            lines,
            Pace(0, 0.0, 0.0),
            write=log.append,
            until_ms=int((START + timedelta(hours=2)).timestamp() * 1000),
        )
    found = path.read_text().splitlines()
    assert found[:900] + found[901:] == whole


def test_a_new_log_begins_this_morning() -> None:
    at_once, lines = lines_to_play(CENTRE, 7, [], START, TZ)
    assert at_once == ["1794931200|NONE|NONE|NONE|QUEUESTART|"]
    assert next(lines)[1].endswith("|ADDMEMBER|")


def test_a_log_left_for_days_is_not_caught_up() -> None:
    old = between(0, 0.1)
    at_once, _lines = lines_to_play(CENTRE, 7, old, START + timedelta(days=9), TZ)
    assert at_once[0].endswith("|QUEUESTART|")


def test_only_one_simulator_writes_a_file(tmp_path: Path) -> None:
    with LogFile(tmp_path / "queue_log"), pytest.raises(Busy), LogFile(tmp_path / "queue_log"):
        pass


def test_lines_are_written_when_their_time_has_come() -> None:
    clock = [0.0]
    written: list[tuple[float, list[str]]] = []
    play(
        iter([(1_000, "a"), (1_000, "b"), (61_000, "c")]),
        Pace(1_000, 0.0, 60.0),
        write=lambda lines: written.append((clock[0], lines)),
        sleep=lambda seconds: clock.__setitem__(0, clock[0] + seconds),
        monotonic=lambda: clock[0],
    )
    assert written == [(0.0, ["a", "b"]), (1.0, ["c"])]


def test_the_command_writes_an_hour_at_once(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    words = ["--speed", "0", "--from", "2026-11-18T10:00", "--minutes", "60", "--to-file", str(path)]
    result = CliRunner().invoke(simulate, words)
    assert result.exit_code == 0, result.output
    assert path.read_text().splitlines() == between(0, 1)


def test_a_bad_time_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(simulate, ["--from", "yesterday", "--to-file", str(tmp_path / "x")])
    assert result.exit_code == 2
    assert "2026-11-20T09:00" in result.output
    assert not (tmp_path / "x").exists()
