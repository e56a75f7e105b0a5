"""Whoever was erased is nowhere any more: not in a dump of the database, not in the files, not in the logs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kefu.areas.calls.models import QueueVisit, RawEvent, Recording, Source
from kefu.areas.calls.services import ensure_source, fold_days
from kefu.areas.calls.services.verifying import verify
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
    trail.seal(audit.AuditEntry.objects.latest("id").at)
    assert audit.verify().ok


def test_the_callers_name_goes_from_the_calls(place: Path, source: Source) -> None:
    bring_calls(source, NUMBER, NAME)
    erase("caller", privacy.token_of("phone", NUMBER).hex())
    kept = [each for each in left_over([NAME]) if "plain" in each]
    assert kept == []
    assert QueueVisit.objects.exclude(caller_token=privacy.token_of("phone", NUMBER)).exists()
