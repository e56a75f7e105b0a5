"""``kefu metrics …`` answers what was asked and says what exists when it cannot."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner, Result

from kefu.platform.metrics import cli
from kefu.platform.metrics.tests.samples import SampleDay, SampleSlot

DAY = date(1999, 1, 3)


def run(*arguments: str) -> Result:
    """One call of the command."""
    return CliRunner().invoke(cli.metrics, list(arguments))


def show(*arguments: str) -> Result:
    """``metrics show`` over the first week."""
    return run("show", *arguments, "--from", "1999-01-03", "--to", "1999-01-10")


@pytest.fixture
def rows(sample_tables: None) -> None:
    """Two queues, one day."""
    for queue, slot, answered, abandoned in ((1, 38, 3, 1), (2, 39, 1, 3)):
        for model, more in ((SampleSlot, {"slot_of_day": slot}), (SampleDay, {})):
            model.objects.create(
                day=DAY,
                queue_id=queue,
                node_id=1,
                answered=answered,
                abandoned=abandoned,
                offered=answered + abandoned,
                **more,
            )


def test_json_holds_numerator_denominator_value_and_n(rows: None) -> None:
    answer = show("s_rate.a", "--by", "day", "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.output) == [
        {"metric": "s_rate.a", "day": "1999-01-03", "numerator": 4, "denominator": 8, "value": 0.5, "n": 8}
    ]


def test_dimensions_may_be_repeated_or_separated_by_commas(rows: None) -> None:
    once = json.loads(show("s_offered", "--by", "s_queue,half_hour", "--json").output)
    again = json.loads(show("s_offered", "--by", "s_queue", "--by", "half_hour", "--json").output)
    assert once == again
    assert [(r["s_queue"], r["half_hour"], r["value"]) for r in once] == [("east", "09:30", 4), ("west", "09:30", 4)]


def test_metrics_come_in_the_order_asked(rows: None) -> None:
    records = json.loads(show("s_rate.a", "s_offered", "--json").output)
    assert [r["metric"] for r in records] == ["s_rate.a", "s_offered"]


def test_without_json_a_table_is_written(rows: None) -> None:
    lines = show("s_rate.a", "--by", "s_queue").output.splitlines()
    assert lines[0].split() == ["metric", "s_queue", "value", "numerator", "denominator", "n"]
    assert lines[1].split() == ["s_rate.a", "east", "75.0%", "3", "4", "4"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["show", "nonsense", "--from", "1999-01-03", "--to", "1999-01-10"], 1, ["nonsense", "s_offered"]),
        (["show", "s_offered", "--from", "1999-01-03", "--to", "1999-01-10", "--by", "moon"], 2, ["moon", "s_queue"]),
        (["show", "s_offered", "--from", "3 January", "--to", "1999-01-10"], 2, ["3 January", "YYYY-MM-DD"]),
        (["show", "s_offered", "--from", "1999-01-10", "--to", "1999-01-10"], 2, ["exclusive"]),
        (["show", "s_offered", "--from", "1999-01-03"], 2, ["--to"]),
    ],
)
def test_a_wrong_question_is_refused_with_what_exists(
    sample_tables: None, arguments: list[str], code: int, words: list[str]
) -> None:
    answer = run(*arguments)
    assert answer.exit_code == code
    assert all(word in answer.output for word in words)


def test_the_definitions_hold_together(sample_tables: None) -> None:
    assert run("list").exit_code == 0
    from kefu.platform.metrics import registry

    assert [problem for problem in registry.problems() if problem.startswith("s")] == []
