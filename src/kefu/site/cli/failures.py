"""Failures in words: one line that says what happened and what to do."""

from __future__ import annotations

import errno

import psycopg

from kefu.kernel.errors import KefuError


def explain(error: BaseException) -> str | None:
    """The line for a failure that a person can act on; ``None`` for a fault of ours (it keeps its traceback)."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted; what was finished is kept"
    if isinstance(error, KefuError):
        return error.message
    if isinstance(error, OSError):
        return _system(error)
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if isinstance(cause, psycopg.Error):
        return _database(cause)
    return None


def _system(error: OSError) -> str | None:
    if error.errno == errno.ENOSPC:
        return "the disk is full: make room and run the command again (nothing half-written was kept)"
    if error.errno in {errno.EACCES, errno.EPERM, errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.EROFS}:
        return f"{error.strerror}: {error.filename}" if error.filename else None
    return None


def _database(error: psycopg.Error) -> str | None:
    if isinstance(error, psycopg.errors.DiskFull):
        return "the database's disk is full: make room and run the command again"
    if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
        return "the database is older than the program: run “kefu migrate”"
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return "the tables are in use by somebody else: try again in a moment"
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return f"the database refuses this to the role of DATABASE_URL: {_first_line(error)}"
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        return f"the database does not answer ({_first_line(error)}): check DATABASE_URL, or run “kefu doctor”"
    if isinstance(error, psycopg.OperationalError):
        return f"the database refuses: {_first_line(error)}"
    return None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
