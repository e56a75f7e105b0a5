"""Goals are parameters: what is changed there is what every page shows and colours by."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kefu.kernel.actor import Actor
from kefu.kernel.metrics import METRICS, Direction, Kind, Metric, Unit, total
from kefu.platform.metrics import targets, wording
from kefu.platform.metrics.documentation import target_text
from kefu.platform.params import services as params
from kefu.platform.params.choices import ParamType
from kefu.platform.params.registry import PARAMS

SYSTEM = Actor.system("test")


def test_every_metric_with_a_goal_has_its_parameters() -> None:
    for metric in METRICS:
        ends = ["low", "high"] if metric.band else [""] if metric.target is not None else []
        assert [p.code for p in targets.declared(metric)] == [targets.code_of(metric, end) for end in ends]
        assert all(targets.code_of(metric, end) in PARAMS for end in ends)


def test_parameters_are_in_the_unit_in_which_people_speak() -> None:
    rate = Metric("r", "Rate", Unit.PERCENT, Direction.DOWN, Kind.RATIO, total("x.down"), target=0.0001)
    wait = Metric("w", "Wait", Unit.SECONDS, Direction.BAND, Kind.RATIO, total("x.wait"), band=(120, 420))
    (goal,) = targets.declared(rate)
    assert (goal.code, goal.type, goal.default, goal.unit) == ("x.target.r", ParamType.DECIMAL, Decimal("0.01"), "%")
    assert [(p.code, p.type, p.default) for p in targets.declared(wait)] == [
        ("x.target.w.low", ParamType.DURATION, 120),
        ("x.target.w.high", ParamType.DURATION, 420),
    ]


@pytest.mark.django_db
def test_a_changed_goal_is_in_force_in_one_statement(django_assert_num_queries: object) -> None:
    asa, level, aht = (METRICS.get(code) for code in ("asa", "service_level.f3", "aht"))
    assert targets.in_force([asa, level, aht]) == (asa, level, aht)
    params.change(actor=SYSTEM, code="calls.target.asa", value=30)
    params.change(actor=SYSTEM, code="calls.target.service_level.f3", value=Decimal("90"))
    params.change(actor=SYSTEM, code="calls.target.aht.high", value=300)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = targets.in_force([asa, level, aht])
    assert [(m.target, m.band) for m in found] == [(30, None), (0.9, None), (None, (120, 300))]
    assert [target_text(m) for m in found] == ["≤ 0:30", "≥ 90%", "2:00 – 5:00"]
    assert [wording.tone(m, v) for m, v in zip(found, (25, 0.88, 310), strict=True)] == ["ok", "warn", "warn"]
    assert METRICS.get("asa").target == 20
