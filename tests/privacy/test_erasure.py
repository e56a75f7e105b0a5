"""Whoever was erased is nowhere any more: not in a dump of the database, not in the files, not in the logs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kefu.areas.calls.models import QueueVisit, RawEvent, Recording, Source
from kefu.areas.calls.services import ensure_source, fold_days
from kefu.areas.calls.services.verifying import verify
from kefu.areas.people import services as people
from kefu.areas.people.models import Merit
from kefu.areas.people.services.file import editing
from kefu.areas.people.services.file.planning import Edit, FieldEdit
from kefu.areas.people.tests.factories import make_agent, make_centre, make_employee
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.models import User
from kefu.platform.access.tests import factories
from kefu.platform.audit import queries as audit
from kefu.platform.audit import services as trail
from kefu.platform.custody import permissions, services
from kefu.platform.jobs.testing import drain
from kefu.platform.partitions import monthly
from kefu.platform.privacy import markers
from kefu.platform.privacy import services as privacy
from kefu.platform.privacy.logs import MaskingFilter
from tests.privacy.scene import SYSTEM, bring_calls, left_over, spread

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER, NAME = "13977315528", "欧阳霁瑄"


@pytest.fixture
def place(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    settings.FILES_ROOT = tmp_path / "files"
    monkeypatch.setenv("KEFU_ERASURE_LEDGER", str(tmp_path / "erasures.jsonl"))
    monthly.forget()
    yield tmp_path
    monthly.forget()


@pytest.fixture
def logs(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The product's logs, through the filter that every handler of the product has."""
    caplog.set_level(logging.DEBUG, logger="kefu")
    caplog.handler.addFilter(MaskingFilter())
    return caplog


@pytest.fixture
def source() -> Source:
    return ensure_source(actor=SYSTEM, code="pbx1", kind="asterisk-queue-log")


def an_officer() -> Actor:
    return factories.make_actor(
        {permissions.REQUEST_RECORD: ScopeLevel.ALL, permissions.REQUEST_EXECUTE: ScopeLevel.ALL}
    )


def erase(kind: str, ref: str) -> dict[str, int]:
    row = services.record_request(
        actor=an_officer(), kind="erase", subject_kind=kind, subject_ref=ref, identity_note="核对证件原件"
    )
    services.execute_request(actor=an_officer(), request_id=row.pk)
    drain()
    row.refresh_from_db()
    assert row.state == "done", list(row.history.values_list("note", flat=True))
    return row.counts


def test_an_erased_caller_is_nowhere_and_every_number_stays(
    place: Path, source: Source, logs: pytest.LogCaptureFixture
) -> None:
    user: User = factories.make_user()
    bring_calls(source, NUMBER, NAME)
    spread(user, NUMBER, NAME)
    logging.getLogger("kefu.test").warning("called %s", NUMBER)
    token = privacy.token_of("phone", NUMBER)
    before = verify(sources=[source])
    assert before.differing == 0
    assert QueueVisit.objects.filter(caller_token=token, is_repeat=True).count() == 1
    assert any("plain" in each for each in left_over([NUMBER]))
    counts = erase("caller", token.hex())
    assert counts["calls.recordings"] == 1
    assert counts["files"] >= 1
    assert left_over([NUMBER], logs.text) == []
    assert not Recording.objects.exists()
    # what is counted stays, also when everything is made anew from the raw log
    after = verify(sources=[source])
    assert (after.differing, after.digest) == (0, before.digest)
    assert RawEvent.objects.filter(text__contains=markers.marker_of(token)).count() >= 2
    day = QueueVisit.objects.values_list("day", flat=True)[0]
    fold_days(source, day, day)
    again = verify(sources=[source])
    assert (again.differing, again.digest) == (0, before.digest)
    assert QueueVisit.objects.filter(caller_token=token, is_repeat=True).count() == 1
    assert left_over([NUMBER], logs.text) == []
    trail.seal(clock.now())
    assert audit.verify().ok


def test_the_callers_name_goes_from_the_calls(place: Path, source: Source) -> None:
    bring_calls(source, NUMBER, NAME)
    erase("caller", privacy.token_of("phone", NUMBER).hex())
    kept = [each for each in left_over([NAME]) if "plain" in each]
    assert kept == []
    assert QueueVisit.objects.exclude(caller_token=privacy.token_of("phone", NUMBER)).exists()


def test_an_erased_employee_is_nowhere_and_the_work_stays(place: Path, logs: pytest.LogCaptureFixture) -> None:
    centre, user = make_centre(), factories.make_user()
    values = {
        "phone": NUMBER,
        "id_number": "11010519491231002X",
        "mail": "ouyang.jx@mail.test",
        "address": "桂花巷七弄八号",
    }
    person = make_employee(centre.team1, NAME, number="K7001", user=user, hired_on=date(2021, 1, 4))
    make_agent("1001", person)
    edits: list[Edit] = [FieldEdit(code, value) for code, value in values.items()]
    editing.update_file(actor=SYSTEM, employee=person, edits=edits)
    other = make_employee(centre.team1, f"{NAME[:2]}静", number="K7002")
    title = f"{NAME}获奖"
    people.record_merit(actor=SYSTEM, employee=person, kind="reward", title=title, happened_on=date(2021, 3, 1))
    spread(user, NUMBER, NAME)
    people.record_leaving(actor=SYSTEM, employee=person, left_on=date(2023, 1, 1))
    wanted = [NAME, person.name_key, *values.values()]
    assert {each.split(": ")[1].split(" ")[0] for each in left_over(wanted)} >= {NAME, NUMBER}
    erase("employee", str(person.pk))
    assert left_over(wanted, logs.text) == []
    person.refresh_from_db()
    other.refresh_from_db()
    assert (person.number, other.name) == ("K7001", "欧阳静")
    assert person.memberships.exists()
    assert Merit.objects.get(employee=person).title == "[已删除]获奖"
    trail.seal(clock.now())
    verdict = audit.verify()
    assert (verdict.ok, verdict.redacted >= 1) == (True, True)
