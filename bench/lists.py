"""The call list out of a thousand and out of a million: queries and server time, for a leader and for a manager."""

from __future__ import annotations

import re
from datetime import date

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import history
from bench.harness import Report, best_of, ms

DAY = date(2026, 9, 1)
AGENTS, QUEUES, TEAMS = 600, 20, 8


def run(report: Report) -> None:
    """The same page, first with 1,000 rows in the table, then with 1,000,000."""
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    history.centre(queues=QUEUES, agents=AGENTS, teams=TEAMS)
    people = _people()
    small: dict[str, tuple[int, float]] = {}
    for size in (1_000, 1_000_000):
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE calls_queuevisit")
        history.visits(size, DAY, days=60, queues=QUEUES, agents=AGENTS, teams=TEAMS)
        for who, client in people.items():
            queries, took, shown = _measure(client)
            report.note(f"{who}, {size:,} rows: {queries} queries, {ms(took)}, {shown} rows on the page")
            if size == 1_000:
                small[who] = queries, took
                continue
            before, first = small[who]
            report.add("lists", f"queries of a page, {who}", str(queries), "15", queries, "≤", 15)
            report.add("lists", f"queries at 1 M vs at 1 k, {who}", str(queries), str(before), queries / before, "≤", 1)
            report.add("lists", f"server time at 1 M vs at 1 k, {who}", ms(took), ms(first), took / first, "≤", 2)


def _people() -> dict[str, Client]:
    from kefu.kernel import clock
    from kefu.platform.access.models import Assignment, Role, ScopeNode, ScopePath, User

    team = ScopeNode.objects.get(code="team1")
    ScopePath.objects.get_or_create(ancestor=team, descendant=team, defaults={"depth": 0})
    found = {}
    for name, role, node in (("leader of one team", "leader", team), ("manager of everything", "manager", None)):
        user = User.objects.create(username=role, display_name=name, home_node=node, password="!")
        Assignment.objects.create(user=user, role=Role.objects.get(code=role), node=node, starts_at=clock.now())
        client = Client()
        client.force_login(user, backend="kefu.platform.access.backend.SessionBackend")
        found[name] = client
    return found


def _measure(client: Client) -> tuple[int, float, int]:
    address = f"/calls/?day_from={DAY}&day_to=2026-12-31"

    def ask() -> bytes:
        answer = client.get(address)
        assert answer.status_code == 200, (answer.status_code, answer.content[-400:])
        return answer.content

    ask()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        page = ask()
    return len(seen), best_of(ask, 7), len(re.findall(rb"<tr[^>]* data-row", page))
