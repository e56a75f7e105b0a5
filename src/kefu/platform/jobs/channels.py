"""How progress reaches the database while a job's own transaction is still open."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from kefu.platform.jobs.context import JobSuperseded
from kefu.platform.jobs.models import Job

TABLE = Job._meta.db_table
PROGRESS_FIELDS = ("progress_done", "progress_total", "message")


def connection_parameters(alias: str = "default") -> dict[str, Any]:
    """The parameters with which Django connects, for a connection outside of its transactions and pool."""
    parameters = connections[alias].get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    return dict(parameters)


def direct_connection(application_name: str) -> psycopg.Connection[Any]:
    """A new autocommit connection of our own."""
    parameters = connection_parameters() | {"application_name": application_name}
    return psycopg.connect(**parameters, autocommit=True)


class DirectChannel:
    """Reports over a connection of its own, opened on first use, so that an open transaction hides nothing."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection[Any] | None = None

    def report(self, job_id: int, attempt: int, values: dict[str, Any]) -> bool:
        if self._connection is None or self._connection.closed:
            self._connection = direct_connection("kefu job progress")
        names = [name for name in PROGRESS_FIELDS if name in values] or ["attempt"]
        assignments = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in names
        )
        query = sql.SQL(
            "UPDATE {} SET {} WHERE id = %(id)s AND attempt = %(attempt)s RETURNING cancel_requested_at IS NOT NULL"
        ).format(sql.Identifier(TABLE), assignments)
        row = self._connection.execute(query, {**values, "id": job_id, "attempt": attempt}).fetchone()
        if row is None:
            raise JobSuperseded
        return bool(row[0])

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class SharedChannel:
    """Reports over Django's own connection: for jobs that run inside the caller's transaction (tests, demo)."""

    def report(self, job_id: int, attempt: int, values: dict[str, Any]) -> bool:
        if not Job.objects.filter(pk=job_id, attempt=attempt).update(**(values or {"attempt": attempt})):
            raise JobSuperseded
        return Job.objects.filter(pk=job_id, cancel_requested_at__isnull=False).exists()

    def close(self) -> None:
        """Nothing of its own to give back."""
