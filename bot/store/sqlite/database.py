"""The SQLite database as the store uses it: SQLAlchemy for the cold functions, the plain driver for the journey."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from bot.store import migrations
from bot.store.bell import Bell
from bot.store.context import Context, context
from bot.store.faults import translated
from bot.store.sqlite.connecting import FileLock, check, connect, prepare
from bot.store.sqlite.writer import Writer

T = TypeVar("T")

_READERS = 3


class SqliteDatabase:
    """Owns the file: its lock, the writer, the readers."""

    def __init__(self, path: Path, make_context: Callable[[], Context], bell: Bell) -> None:
        prepare(path)
        self._bell = bell
        self._lock = FileLock(path)
        try:
            self._raw = connect(path, writing=True)
            check(self._raw, path)
        except BaseException:
            self._lock.release()
            raise
        self._wipe = False
        # One SQLAlchemy connection over the writer's own; it never commits, the writer does.
        self._engine = sa.create_engine("sqlite://", creator=lambda: self._raw, poolclass=sa.StaticPool)
        self._connection = self._engine.connect()
        self._connection.info["context"] = make_context()
        self._read_engine = sa.create_engine(
            "sqlite://", creator=lambda: connect(path, writing=False), poolclass=sa.QueuePool, pool_size=_READERS
        )
        self._make_context = make_context
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="store-reader")
        self.writer = Writer(self._raw, self._after_commit)

    async def prepare(self, *, migrate: bool) -> None:
        """Bring the schema to this version, or raise."""
        await self.write(migrations.bring_up if migrate else migrations.check)

    async def read(self, query: Callable[[sa.Connection], T]) -> T:
        """Run a query on a reader, with one unchanging view of the data."""
        with translated():
            return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, query)

    def _read(self, query: Callable[[sa.Connection], T]) -> T:
        with self._read_engine.connect() as connection:
            connection.info.setdefault("context", self._make_context())
            connection.exec_driver_sql("BEGIN")
            return query(connection)

    async def write(self, change: Callable[[sa.Connection], T]) -> T:
        """Run a change in the writer's next transaction; ring what it announced after the commit."""

        def job(_: sqlite3.Connection) -> tuple[T, set[str]]:
            here = context(self._connection)
            here.topics = set()
            here.wipe = False
            result = change(self._connection)
            self._wipe = self._wipe or here.wipe
            return result, here.topics

        result, topics = await self.writer.submit(job)
        for topic in topics:
            self._bell.ring(topic)
        return result

    def _after_commit(self) -> bool:
        # Erased text must not live on in the log. While a reader looks at an older state SQLite cannot empty it;
        # the writer does not wait for that, messages go first, but comes back soon.
        if self._wipe:
            self._raw.execute("PRAGMA busy_timeout=20").close()
            (busy, _, _) = self._raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self._raw.execute("PRAGMA busy_timeout=3000").close()
            self._wipe = bool(busy)
        return self._wipe

    async def close(self) -> None:
        await self.writer.close()
        self._readers.shutdown(wait=True)
        self._read_engine.dispose()
        self._connection.close()
        self._raw.close()
        self._lock.release()
