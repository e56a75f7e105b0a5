"""What every test of clocks stands on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kefu.platform.calendars.models import WorkingCalendar
from kefu.platform.clocks.registry import ClockKind
from kefu.platform.clocks.tests.factories import DAY, HOUR, Staff, answering, kinds, make_calendar


@pytest.fixture
def office(db: None) -> WorkingCalendar:
    return make_calendar()


@pytest.fixture
def staff(db: None) -> Iterator[Staff]:
    found = Staff()
    with answering(found):
        yield found


@pytest.fixture
def declared(office: WorkingCalendar) -> Iterator[list[ClockKind]]:
    """An approval of four working hours, a skill and a contract that end on a day."""
    with kinds(
        {"code": "sample.approval", "label": "审批", "target_seconds": 4 * HOUR},
        {"code": "sample.skill", "label": "技能到期", "remind_before": (7 * DAY, DAY)},
        {"code": "sample.contract", "label": "合同到期", "remind_before": (30 * DAY, 7 * DAY)},
    ) as found:
        yield found
