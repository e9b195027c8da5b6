"""Opening an SQLite file: its folder, its lock, its settings."""

import fcntl
import os
import sqlite3
from pathlib import Path

from bot.errors import StoreError, StoreLocked


class FileLock:
    """Held as long as this process uses the file; the system frees it when the process ends, however it ends."""

    def __init__(self, database: Path) -> None:
        self._descriptor = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise StoreLocked(f"Another process is using {database}. SQLite serves one; use PostgreSQL.") from error

    def release(self) -> None:
        os.close(self._descriptor)


def prepare(database: Path) -> None:
    """Create folder and file readable by the owner only."""
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(database, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def connect(database: Path, *, writing: bool) -> sqlite3.Connection:
    """A connection that commits only when told to (`isolation_level=None`)."""
    # Statements of the hot path come in a few sizes each (values.py), hence the large cache.
    connection = sqlite3.connect(
        database, timeout=3.0, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    try:
        connection.execute("PRAGMA journal_mode=WAL").close()
        connection.execute("PRAGMA foreign_keys=ON").close()
        connection.execute("PRAGMA temp_store=MEMORY").close()
        if writing:
            # FULL: a commit is on the disk before anybody is told. Grouped, that costs nothing over NORMAL.
            connection.execute("PRAGMA synchronous=FULL").close()
            # What is deleted is overwritten; with the emptied log (writer.py) nothing of it remains in the files.
            connection.execute("PRAGMA secure_delete=ON").close()
            connection.execute("PRAGMA cache_size=-32768").close()
        else:
            connection.execute("PRAGMA query_only=ON").close()
    except sqlite3.DatabaseError as error:
        connection.close()
        raise StoreError(f"{database} cannot be used: {error}. Restore the last backup.") from error
    return connection


def check(connection: sqlite3.Connection, database: Path) -> None:
    """Raises StoreError when the file is damaged."""
    try:
        (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        result = str(error)
    if result != "ok":
        raise StoreError(f"{database} is damaged ({result}). Restore the last backup.")
