"""Given the pages of requests, when people use them, then they see and decide what they may."""

from __future__ import annotations

import pytest
from django.test import Client

from kefu.platform.approvals.tests.factories import Staff, ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("heard")]


def test_only_those_who_take_part_see_a_request(client: Client, staff: Staff) -> None:
    request = ask(staff, comment="换了号码")
    for user, status in ((staff.agent, 200), (staff.leader, 200), (staff.officer, 404), (staff.stranger, 404)):
        client.force_login(user)
        assert client.get(f"/approvals/{request.number}/").status_code == status
