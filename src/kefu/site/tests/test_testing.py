"""The ground of the tests: a cloned database, a closed network."""

from __future__ import annotations

import socket

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kefu.site.testing.network import NetworkBlocked


@pytest.mark.django_db
def test_the_clone_has_every_migration() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_other_machines_are_out_of_reach() -> None:
    with socket.socket() as sock, pytest.raises(NetworkBlocked):
        sock.connect(("192.0.2.1", 80))
