"""Given a centre of an earlier version, when it is restored and migrated here, then nothing of it is lost.

``kefu-<version>.tar`` is a backup made by that version: twelve teams with accounts, and the first 1,500 lines of a
simulated telephone log, taken in and folded. Make one for each release (docs/operations.md, “Release”).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from kefu.areas.calls.services.verifying import verify
from kefu.platform.audit import queries as audit
from kefu.site import backups, database
from kefu.site.testing.template import scratch_database

pytestmark = pytest.mark.django_db(transaction=True)

HERE = Path(__file__).parent
DIGESTS = {"kefu-0.1.0.tar": "34e25205d38dab160a82b3ab5967775a5a9fda713b5328beed065e7d068639df"}
"""What ``kefu calls verify`` says of it; it changes only when facts gain tables or a definition changes."""


@pytest.mark.parametrize("name", sorted(DIGESTS))
def test_a_centre_of_an_earlier_version_goes_on(name: str, tmp_path: Path, settings: Any) -> None:
    settings.HOME, settings.FILES_ROOT = tmp_path, tmp_path / "files"
    with scratch_database():
        manifest = backups.restore(HERE / name, replace=True, notice=lambda _: None)
        assert database.pending()

        # when it is migrated
        database.migrate(notice=lambda _: None)

        # then every row of the lasting tables is still there, and the calls and the trail still prove themselves
        assert database.pending() == []
        now = {
            model._meta.db_table: model._base_manager.count()
            for model in apps.get_models()
            if model._meta.managed and model._meta.db_table in manifest.rows
        }
        lost = {
            table: (manifest.rows[table], rows)
            for table, rows in now.items()
            if table.startswith(("people_", "calls_", "access_user", "access_scope", "privacy_", "audit_"))
            and rows < manifest.rows[table]
        }
        assert lost == {}
        found = verify()
        assert (found.differing, found.digest) == (0, DIGESTS[name])
        assert audit.verify().ok
