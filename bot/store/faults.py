"""What goes wrong in a driver becomes one of our own errors before it leaves the room."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import sqlalchemy.exc

from bot.errors import LotseError, StoreBusy, StoreError

_PASSING = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
"""Unreachable, full, shutting down: the same write may succeed later."""

_PASSING_IN_SQLITE = tuple(f"SQLITE_{name}" for name in ("BUSY", "LOCKED", "FULL", "IOERR", "READONLY", "CANTOPEN"))


def fault(error: Exception) -> Exception:
    """Our error for a driver's; anything else unchanged.

    It names class, code and constraint and nothing more: drivers quote values, which are citizens' words.
    """
    if isinstance(error, LotseError):
        return error
    cause: BaseException = error
    if isinstance(error, sqlalchemy.exc.DBAPIError) and error.orig is not None:
        cause = error.orig.__cause__ or error.orig
    sqlite_name: str = getattr(cause, "sqlite_errorname", "")
    if isinstance(cause, _PASSING) or sqlite_name.startswith(_PASSING_IN_SQLITE):
        return StoreBusy(f"The database does not take it now: {_named(cause)}.")
    if isinstance(cause, (sqlite3.Error, asyncpg.PostgresError, sqlalchemy.exc.SQLAlchemyError)):
        return StoreError(f"The database refused: {_named(cause)}.")
    return error


@contextmanager
def translated(*, but: type[Exception] | tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Raise `fault` of whatever is raised inside, without the driver's own error behind it; `but` passes as it is."""
    try:
        yield
    except but:
        raise
    except Exception as error:
        ours = fault(error)
        if ours is error:
            raise
        raise ours from None


def _named(cause: BaseException) -> str:
    codes = ("sqlite_errorname", "sqlstate", "constraint_name")
    return " ".join([type(cause).__name__, *(str(code) for name in codes if (code := getattr(cause, name, None)))])
