"""The doctor finds what is wrong and says what to do."""

from __future__ import annotations

from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from kefu.platform.jobs.models import Job
from kefu.platform.webui.testing.people import user_with
from kefu.site.doctor import Finding, Level, machine, setting_up, work

Usage = namedtuple("Usage", "total used free")


@pytest.mark.django_db
def test_a_migrated_database_is_well() -> None:
    levels = {finding.check: finding.level for finding in work.everything()}
    assert levels["database"] is Level.OK
    assert levels["migrations"] is Level.OK
    assert levels["clock"] is Level.OK
    assert levels["jobs"] is Level.OK


@pytest.mark.django_db
def test_failed_jobs_are_counted() -> None:
    now = timezone.now()
    Job.objects.create(name="x", custom_title="x", state="failed", created_at=now, finished_at=now - timedelta(days=1))
    found = {finding.check: finding for finding in work.failed_work()}
    assert found["jobs"] == Finding("jobs", Level.WARN, "1 jobs failed within seven days", "look at them under /jobs/")


def test_a_key_that_others_can_read_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEFU_SECRET_KEY", raising=False)
    (tmp_path / "secret.key").write_text("key")
    (tmp_path / "secret.key").chmod(0o644)
    found = {finding.check: finding for finding in machine.data_folder(tmp_path)}
    assert found["secret"].level is Level.WARN
    assert found["secret"].mend == f"chmod 600 {tmp_path}/secret.key"
    assert found["secret"].repair is not None

    # and mended when asked to
    found["secret"].repair()
    found = {finding.check: finding for finding in machine.data_folder(tmp_path)}
    assert found["secret"].level is Level.OK


@pytest.mark.parametrize(("free", "level"), [(0.4, Level.FAIL), (4.0, Level.WARN), (40.0, Level.OK)])
def test_a_full_disk_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float, level: Level) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: Usage(100 << 30, 0, int(free * (1 << 30))))
    assert machine.disk(tmp_path).level is level


@pytest.mark.django_db
def test_what_is_not_set_up_is_noted() -> None:
    found = {finding.check: finding for finding in setting_up.everything()}
    assert found["setup"].level is Level.NOTE
    assert "setup-link" in found["setup"].mend

    # once somebody has an account, the steps are named
    user_with("admin")
    found = {finding.check: finding for finding in setting_up.everything()}
    assert found["administrator"].level is Level.OK
    assert "break_glass" in found["administrator"].message
    assert found["setup"].level is Level.NOTE
    assert found["setup"].message.startswith("still to set up: ")
    assert found["setup"].mend == "follow the checklist at /setup/"
